package dev.wasl.hub.connector.paypal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.connector.GatewayHttp;
import dev.wasl.hub.connector.GatewayTokens;
import dev.wasl.hub.connector.OutboundSettings;
import dev.wasl.hub.connector.TopLevelFields;
import dev.wasl.hub.connector.paypal.PayPalSettings.Environment;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.vectors.GatewayVectors;
import dev.wasl.hub.vectors.PaymentVectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.CRC32;

/** The vector file of PayPal, with its own certificate authority and its own PayPal that serves certificates. */
public final class PayPalVectors extends PaymentVectors {

    /** What a file brings beside its cases. */
    record World(JsonNode certificates, String trustAnchor, String intermediate) {

        static World of(JsonNode file) {
            return new World(
                    file.get("certs"),
                    file.get("trustAnchorPem").textValue(),
                    file.get("intermediatePem").textValue());
        }

        /** The file in the test resources. */
        static World shipped() {
            try {
                return of(new ObjectMapper()
                        .readTree(Path.of("src/test/resources/vectors/payments/paypal.json")
                                .toFile()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private World world = World.shipped();
    private final List<String> fetched = new ArrayList<>();

    /** The hash of the body that came first for an event, as the journal would know it. */
    private final Map<String, String> firstBodies = new HashMap<>();

    @Override
    public String gateway() {
        return "paypal";
    }

    @Override
    protected String mapping() {
        return "paypal-payment-in";
    }

    @Override
    public void open(JsonNode file) {
        world = World.of(file);
        firstBodies.clear();
        for (JsonNode vector : file.path("vectors")) {
            if (vector.path("valid").asBoolean() && !vector.has("reject")) {
                byte[] body = vector.path("body").asText().getBytes(StandardCharsets.UTF_8);
                firstBodies.putIfAbsent(
                        TopLevelFields.of(body, Set.of("id")).getOrDefault("id", ""), Fingerprint.of(body));
            }
        }
    }

    /**
     * A case that must be rejected comes after those that must not: what repeats one of them is known by its id and not
     * stored again, what contradicts one of them is refused.
     */
    @Override
    protected boolean changesNoState(Webhook webhook, WebhookRequest request) {
        if (super.changesNoState(webhook, request)) {
            return true;
        }
        String first = firstBodies.get(webhook.messageId(request));
        return first != null
                && (first.equals(Fingerprint.of(request.body()))
                        || new EarlierBodies((tenant, messageId) -> firstBodies.get(messageId))
                                .contradict(
                                        request.tenant(),
                                        request.header(PayPalWebhook.TRANSMISSION_ID)
                                                .get(0),
                                        webhook.messageId(request),
                                        Fingerprint.of(request.body())));
    }

    @Override
    protected Webhook webhook(JsonNode config) {
        assertThat(GatewayVectors.names(config))
                .isSubsetOf("webhookIds", "allowedCertHosts", "trustAnchors", "environment", "useBundledIntermediate");
        assertThat(config.path("trustAnchors").asText("see trustAnchorPem")).isEqualTo("see trustAnchorPem");
        List<String> allowed = new ArrayList<>();
        config.path("allowedCertHosts").forEach(host -> allowed.add(host.asText()));
        return webhook(
                world,
                settings(world, config),
                config.path("useBundledIntermediate").asBoolean(),
                url -> {
                    fetched.add(url);
                    assertThat(allowed)
                            .as("hosts that may be asked")
                            .contains(java.net.URI.create(url).getHost());
                });
    }

    static PayPalSettings settings(World world, JsonNode config) {
        List<String> ids = new ArrayList<>();
        config.path("webhookIds").forEach(id -> ids.add(id.asText()));
        Environment environment = config.has("environment")
                ? Environment.valueOf(config.get("environment").asText().toUpperCase(Locale.ROOT))
                : null;
        return new PayPalSettings(environment, null, ids, null, null, List.of(world.trustAnchor()), false, null);
    }

    static PayPalWebhook webhook(
            World world, PayPalSettings settings, boolean bundled, java.util.function.Consumer<String> onFetch) {
        List<X509Certificate> intermediates = bundled
                ? SigningChain.certificates(world.intermediate().getBytes(StandardCharsets.US_ASCII))
                : List.of();
        SigningCertificates certificates = new SigningCertificates(address -> {
            onFetch.accept(address.url().toString());
            JsonNode pem = world.certificates().get(address.url().toString());
            assertThat(pem)
                    .as("a certificate that must not be fetched: %s", address.url())
                    .isNotNull();
            return pem.textValue().getBytes(StandardCharsets.UTF_8);
        });
        return new PayPalWebhook(
                tenant -> Optional.of(settings),
                certificates,
                intermediates,
                new EarlierBodies((tenant, messageId) -> null),
                (request, of, webhookId) -> Verdict.VALID);
    }

    @Override
    protected Set<String> moreFields() {
        return Set.of("mustNotFetch", "crc32");
    }

    @Override
    protected void checkMore(JsonNode vector, Webhook webhook, WebhookRequest request, Verdict verdict) {
        if (vector.path("mustNotFetch").asBoolean()) {
            fetched.clear();
            webhook.verify(request);
            assertThat(fetched).as("fetched").isEmpty();
        }
        if (vector.has("crc32")) {
            CRC32 sum = new CRC32();
            sum.update(request.body());
            assertThat(sum.getValue()).isEqualTo(vector.get("crc32").longValue());
        }
    }

    @Override
    public Map<String, Function<JsonNode, VectorCase>> sections() {
        Map<String, Function<JsonNode, VectorCase>> sections = new HashMap<>(super.sections());
        List<String> certificates = new ArrayList<>();
        sections.put("certs", pem -> {
            certificates.add(pem.asText());
            return new VectorCase("certificate " + certificates.size() + " is one or is refused", () -> {
                byte[] served = pem.textValue().getBytes(StandardCharsets.UTF_8);
                boolean looksLikeOne = pem.textValue().contains("-----BEGIN CERTIFICATE-----");
                assertThat(SigningChain.of(served) != null).isEqualTo(looksLikeOne);
            });
        });
        sections.put(
                "realVector",
                part -> new VectorCase(
                        "the real captures' part " + part.asText("second").split("\\n")[0], () -> realVector(part)));
        sections.put("verifyApi", this::verifyApi);
        return sections;
    }

    /** Body and certificate of the real captures are not in the file: what can be checked is the form of what was signed. */
    private static void realVector(JsonNode part) {
        JsonNode message = part.isObject() ? part.path("signedMessage") : part;
        if (message.asText().contains("|")) {
            String[] parts = message.asText().split("\\|");
            assertThat(parts).hasSize(4);
            assertThat(Instant.parse(parts[1])).isNotNull();
            assertThat(Long.parseUnsignedLong(parts[3])).isBetween(0L, 0xffff_ffffL);
            assertThat(Long.toUnsignedString(Long.parseUnsignedLong(parts[3]))).isEqualTo(parts[3]);
        } else {
            assertThat(part.asText()).isNotEmpty();
        }
    }

    private VectorCase verifyApi(JsonNode part) {
        if (part.isObject()) {
            return new VectorCase("the question to the verify API", () -> question(part));
        }
        return new VectorCase("the answers of the verify API", () -> {
            for (JsonNode answer : part) {
                answer(answer);
            }
        });
    }

    /** The body goes back byte for byte, beside the six fields of the template. */
    private static void question(JsonNode request) throws Exception {
        assertThat(GatewayVectors.names(request)).isSubsetOf("method", "url", "base", "headers", "bodyTemplate");
        for (Environment environment : Environment.values()) {
            String base = new PayPalSettings(environment, null, null, null, null, null, false, null).baseUrl();
            assertThat(base)
                    .isEqualTo(request.at("/base/" + environment.name().toLowerCase(Locale.ROOT))
                            .asText());
        }
        String body = "{ \"id\":\"WH-1\", \"n\":20.00, \"t\":\"\\u0645\" }";
        try (AskedPayPal paypal = new AskedPayPal(200, "{\"verification_status\":\"SUCCESS\"}")) {
            assertThat(paypal.ask(body)).isEqualTo(Verdict.VALID);
            String path = request.get("url").asText().replace("{base}", "");
            String sent = paypal.server
                    .findAll(WireMock.postRequestedFor(WireMock.urlEqualTo(path))
                            .withHeader("Authorization", WireMock.equalTo("Bearer t"))
                            .withHeader("Content-Type", WireMock.equalTo("application/json")))
                    .get(0)
                    .getBodyAsString();
            assertThat(sent).endsWith("\"webhook_event\":" + body + "}");
            String template = request.get("bodyTemplate").asText().replace("<RAW BODY SPLICED VERBATIM>", "{}");
            assertThat(GatewayVectors.names(new ObjectMapper().readTree(sent)))
                    .containsExactlyInAnyOrderElementsOf(GatewayVectors.names(new ObjectMapper().readTree(template))
                            .toList());
        }
    }

    private static void answer(JsonNode answer) throws Exception {
        assertThat(GatewayVectors.names(answer)).isSubsetOf("http", "body", "valid", "action");
        int status = answer.get("http").intValue();
        try (AskedPayPal paypal = new AskedPayPal(status, answer.get("body").asText())) {
            if (answer.get("valid").isNull()) {
                assertThatThrownBy(() -> paypal.ask("{}"))
                        .asInstanceOf(type(HubException.class))
                        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
                paypal.server.verify(
                        status == 401 ? 2 : 1, WireMock.postRequestedFor(WireMock.urlEqualTo("/v1/oauth2/token")));
            } else {
                assertThat(paypal.ask("{}") == Verdict.VALID)
                        .as(answer.toString())
                        .isEqualTo(answer.get("valid").booleanValue());
            }
        }
    }

    /** A PayPal that answers the verify API. */
    private static final class AskedPayPal implements AutoCloseable {

        final WireMockServer server =
                new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
        private final GatewayHttp http =
                new GatewayHttp(new OutboundSettings(false, Duration.ofSeconds(5), Duration.ofSeconds(20)));

        AskedPayPal(int status, String body) {
            server.start();
            server.stubFor(WireMock.post("/v1/oauth2/token")
                    .willReturn(WireMock.okJson("{\"access_token\":\"t\",\"expires_in\":3600}")));
            server.stubFor(WireMock.post("/v1/notifications/verify-webhook-signature")
                    .willReturn(WireMock.aResponse().withStatus(status).withBody(body)));
        }

        Verdict ask(String body) {
            PayPalSettings settings = new PayPalSettings(
                    null, "http://127.0.0.1:" + server.port(), List.of("WID"), "id", "secret", null, true, null);
            Map<String, List<String>> headers = new HashMap<>();
            for (String name : List.of(
                    PayPalWebhook.AUTH_ALGO,
                    PayPalWebhook.CERT_URL,
                    PayPalWebhook.TRANSMISSION_ID,
                    PayPalWebhook.TRANSMISSION_SIG,
                    PayPalWebhook.TRANSMISSION_TIME)) {
                headers.put(name, List.of("a \"quoted\" value"));
            }
            WebhookRequest request = new WebhookRequest(
                    "hvar",
                    "paypal",
                    "POST",
                    "",
                    "https://hub.example.com/webhooks/hvar/paypal",
                    null,
                    headers,
                    body.getBytes(StandardCharsets.UTF_8),
                    Instant.parse("2026-11-01T10:00:10Z"));
            return new PayPalApi(http, new GatewayTokens(Clock.systemUTC())).verify(request, settings, "WID");
        }

        @Override
        public void close() throws IOException {
            http.destroy();
            server.stop();
        }
    }
}
