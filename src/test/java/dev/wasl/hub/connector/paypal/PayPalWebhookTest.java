package dev.wasl.hub.connector.paypal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.connector.paypal.PayPalSettings.Environment;
import dev.wasl.hub.connector.paypal.PayPalVectors.World;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.vectors.Mapped;
import dev.wasl.hub.vectors.VectorRequests;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayPalWebhookTest {

    private static final Instant NOW = Instant.parse("2026-11-01T10:00:10Z");
    private static final World WORLD = World.shipped();
    private static final WebhookRequest GENUINE = genuine();
    private static final Mapped MAPPED = new Mapped();

    private final AtomicInteger fetches = new AtomicInteger();
    private final Map<String, String> journaled = new HashMap<>();
    private SigningCertificates.Fetch server = address -> {
        fetches.incrementAndGet();
        JsonNode served = WORLD.certificates().get(address.url().toString());
        return (served == null ? "not found" : served.textValue()).getBytes(StandardCharsets.UTF_8);
    };

    @Test
    void the_genuine_request_is_valid_and_its_certificate_is_fetched_once_a_day() {
        PayPalWebhook webhook = webhook();

        assertThat(webhook.verify(GENUINE)).isEqualTo(Verdict.VALID);
        assertThat(webhook.verify(at(NOW.plus(Duration.ofHours(23))))).isEqualTo(Verdict.VALID);
        assertThat(fetches).hasValue(1);
        assertThat(webhook.verify(at(NOW.plus(Duration.ofHours(24))))).isEqualTo(Verdict.VALID);
        assertThat(fetches).hasValue(2);
    }

    @Test
    void what_was_sent_more_than_five_days_ago_is_stale() {
        Instant sent = Instant.parse("2026-11-01T10:00:05Z");

        assertThat(webhook().verify(at(sent.plus(Duration.ofDays(5))))).isEqualTo(Verdict.VALID);
        assertThat(webhook().verify(at(sent.plus(Duration.ofDays(5)).plusSeconds(1))))
                .isEqualTo(Verdict.STALE);
    }

    @Test
    void a_certificate_that_cannot_be_fetched_is_no_forgery_and_not_asked_for_again_at_once() {
        server = address -> {
            fetches.incrementAndGet();
            throw new HubException(ErrorCode.CONNECTOR_UNREACHABLE, "down");
        };
        PayPalWebhook webhook = webhook();

        assertComeAgain(() -> webhook.verify(GENUINE));
        assertComeAgain(() -> webhook.verify(at(NOW.plusSeconds(29))));
        assertThat(fetches).hasValue(1);
        assertComeAgain(() -> webhook.verify(at(NOW.plusSeconds(30))));
        assertThat(fetches).hasValue(2);
    }

    @Test
    void an_address_without_a_certificate_proves_nothing() {
        for (byte[] served : List.of(
                new byte[0],
                "<html>".getBytes(StandardCharsets.US_ASCII),
                new byte[SigningCertificates.LARGEST + 1],
                WORLD.trustAnchor().repeat(9).getBytes(StandardCharsets.US_ASCII))) {
            server = address -> served;
            assertThat(webhook().verify(GENUINE)).isEqualTo(Verdict.BAD_SIGNATURE);
        }
    }

    @Test
    void many_requests_at_once_cause_one_fetch_and_few_of_them_wait() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        SigningCertificates.Fetch quick = server;
        server = address -> {
            hold(go);
            return quick.get(address);
        };
        PayPalWebhook webhook = webhook();
        ExecutorService threads = Executors.newFixedThreadPool(40);
        try {
            List<Future<String>> outcomes = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                outcomes.add(threads.submit(() -> {
                    try {
                        return webhook.verify(GENUINE).name();
                    } catch (HubException e) {
                        return e.code().name();
                    }
                }));
            }
            // one fetches, sixteen wait, the others hear at once that they shall come again
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> outcomes.stream().filter(Future::isDone).count() == 40 - 17);
            go.countDown();

            Map<String, Integer> counts = new HashMap<>();
            for (Future<String> outcome : outcomes) {
                counts.merge(outcome.get(20, TimeUnit.SECONDS), 1, Integer::sum);
            }
            assertThat(fetches).hasValue(1);
            assertThat(counts).containsEntry("VALID", 17).containsEntry("STORE_UNAVAILABLE", 23);
        } finally {
            go.countDown();
            threads.shutdownNow();
        }
    }

    @Test
    void strangers_addresses_take_two_threads_at_most() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        server = address -> {
            fetches.incrementAndGet();
            hold(go);
            throw new HubException(ErrorCode.CONNECTOR_UNREACHABLE, "slow");
        };
        PayPalWebhook webhook = webhook();
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try {
            List<Future<?>> outcomes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                WebhookRequest one = with("paypal-cert-url", "https://api.paypal.com/v1/notifications/certs/CERT-" + i);
                outcomes.add(threads.submit(() -> assertComeAgain(() -> webhook.verify(one))));
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> outcomes.stream().filter(Future::isDone).count() == 18);
            assertThat(fetches).hasValue(2);
            go.countDown();
            for (Future<?> outcome : outcomes) {
                outcome.get(20, TimeUnit.SECONDS);
            }
        } finally {
            go.countDown();
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
                "https://evilapi.paypal.com/v1/notifications/certs/CERT-1",
                "https://www.paypal.com/v1/notifications/certs/CERT-1",
                "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
                "https://x@api.paypal.com/v1/notifications/certs/CERT-1",
                "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
                "https://api.paypal.com:443/v1/notifications/certs/CERT-1",
                "https://api.paypal.com./v1/notifications/certs/CERT-1",
                "https://API.PAYPAL.COM/v1/notifications/certs/CERT-1",
                "http://api.paypal.com/v1/notifications/certs/CERT-1",
                "HTTPS://api.paypal.com/v1/notifications/certs/CERT-1",
                "ftp://api.paypal.com/v1/notifications/certs/CERT-1",
                "file:///v1/notifications/certs/CERT-1",
                "//api.paypal.com/v1/notifications/certs/CERT-1",
                "https:/api.paypal.com/v1/notifications/certs/CERT-1",
                "https://api.paypal.com\\@evil.example/v1/notifications/certs/CERT-1",
                "https://api.paypal.com/v1/notifications/certs/",
                "https://api.paypal.com/v1/notifications/certs/..",
                "https://api.paypal.com/v1/notifications/certs/../x",
                "https://api.paypal.com/v1/notifications/certs/a/../../b",
                "https://api.paypal.com/v1/notifications/certs/%2e%2e%2fx",
                "https://api.paypal.com/v1/notifications/certs/CERT-1?x=1",
                "https://api.paypal.com/v1/notifications/certs/CERT-1#x",
                "https://api.paypal.com/v1/notifications/certs/CERT 1",
                "https://api.paypal.com/v1/notifications/certs/CERT-1\u0000",
                "https://api.paypal.com/v1/notifications/CERT-1",
                "https://api.paypal.com//v1/notifications/certs/CERT-1",
                "https://169.254.169.254/v1/notifications/certs/CERT-1",
                "https://[::1]/v1/notifications/certs/CERT-1",
                "https://api。paypal。com/v1/notifications/certs/CERT-1",
                "http://127.0.0.1:8180/gateways/paypal/v1/notifications/certs/CERT-1",
                "x"
            })
    void nothing_is_fetched_from_anywhere_else(String url) {
        assertThat(webhook().verify(with("paypal-cert-url", url))).isEqualTo(Verdict.MALFORMED);
        assertThat(fetches).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "api.paypal.com,true",
        "api-m.paypal.com,true",
        "api.sandbox.paypal.com,false",
        "api-m.sandbox.paypal.com,false"
    })
    void paypals_hosts_are_asked_and_those_of_the_sandbox_by_it_alone(String host, boolean live) {
        String url = "https://" + host + "/v1/notifications/certs/CERT-360caa42-1";
        CertificateAddress address = new CertificateAddress(java.net.URI.create(url), false);

        assertThat(CertificateAddress.of(url, settings(Environment.SANDBOX, List.of("x"))))
                .isEqualTo(address);
        assertThat(CertificateAddress.of(url, settings(Environment.LIVE, List.of("x"))))
                .isEqualTo(live ? address : null);
    }

    @Test
    void an_operator_may_run_a_paypal_of_his_own_and_only_below_its_address() {
        PayPalSettings own = new PayPalSettings(
                null, "http://127.0.0.1:8180/gateways/paypal", List.of("x"), null, null, null, false, null);
        String base = "http://127.0.0.1:8180/gateways/paypal/v1/notifications/certs/";

        assertThat(CertificateAddress.of(base + "CERT-1", own)).isNotNull();
        assertThat(CertificateAddress.of(base + "../CERT-1", own)).isNull();
        assertThat(CertificateAddress.of("http://127.0.0.1:8180/v1/notifications/certs/CERT-1", own))
                .isNull();
    }

    @Test
    void the_name_in_the_certificate_must_be_that_of_the_environment() {
        assertThat(webhook(settings(Environment.SANDBOX, List.of("3RN13029J36659323")))
                        .verify(GENUINE))
                .isEqualTo(Verdict.BAD_SIGNATURE);
        SigningChain sandbox = chain("https://api.paypal.com/v1/notifications/certs/CERT-360caa42-synthetic-sandbox1");
        assertThat(sandbox.isIssuedTo(Environment.SANDBOX.commonName())).isTrue();
        assertThat(sandbox.isIssuedTo(Environment.LIVE.commonName())).isFalse();
        assertThat(sandbox.isIssuedTo("paypal.com")).isFalse();
    }

    @Test
    void the_jdks_trust_store_does_not_trust_the_vectors_authority() {
        PayPalSettings settings =
                new PayPalSettings(null, null, List.of("3RN13029J36659323"), null, null, null, false, null);

        assertThat(SigningChain.publicAnchors()).isNotEmpty();
        assertThat(webhook(settings).verify(GENUINE)).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void the_bundled_intermediate_leads_to_the_jdks_trust_store() {
        // the issuer of what PayPal served for years; PayPal may have moved to another one since
        SigningChain intermediate =
                SigningChain.of(pem(SigningChain.bundledIntermediates().get(0)));

        assertThat(intermediate.leadsTo(SigningChain.publicAnchors(), List.of(), NOW))
                .isTrue();
        assertThat(intermediate.leadsTo(SigningChain.publicAnchors(), List.of(), Instant.parse("2028-10-23T00:00:00Z")))
                .as("it ends in 2028")
                .isFalse();
    }

    @Test
    void an_anchor_that_is_no_certificate_trusts_nobody() {
        PayPalSettings settings = new PayPalSettings(
                null, null, List.of("3RN13029J36659323"), null, null, List.of("no pem"), false, null);

        assertThat(webhook(settings).verify(GENUINE)).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void a_missing_signature_is_unsigned_and_anything_else_missing_or_twice_is_malformed() {
        assertThat(webhook().verify(without("paypal-transmission-sig"))).isEqualTo(Verdict.UNSIGNED);
        assertThat(webhook().verify(with("paypal-transmission-sig", ""))).isEqualTo(Verdict.UNSIGNED);
        for (String header :
                List.of("paypal-transmission-id", "paypal-transmission-time", "paypal-cert-url", "paypal-auth-algo")) {
            assertThat(webhook().verify(without(header))).as(header).isEqualTo(Verdict.MALFORMED);
        }
        for (String header : GENUINE.headers().keySet()) {
            Map<String, List<String>> twice = new HashMap<>(GENUINE.headers());
            twice.put(header, List.of(GENUINE.header(header).get(0), "x"));
            Verdict verdict = webhook().verify(request(twice, GENUINE.body(), NOW));
            assertThat(verdict).as(header).isEqualTo(header.startsWith("paypal") ? Verdict.MALFORMED : Verdict.VALID);
        }
        assertThat(fetches).as("only for the one that is well formed").hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SHA1withRSA", "NONEwithRSA", "MD5withRSA", "sha256withrsa", "SHA256withRSA ", "SHA256withECDSA"
            })
    void the_algorithm_is_not_negotiable(String algorithm) {
        assertThat(webhook().verify(with("paypal-auth-algo", algorithm))).isEqualTo(Verdict.MALFORMED);
        assertThat(fetches).hasValue(0);
    }

    @Test
    void an_id_cannot_smuggle_the_separator() {
        assertThat(webhook().verify(with("paypal-transmission-id", "a|b"))).isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void without_a_webhook_id_or_with_the_simulators_nothing_is_proved() {
        for (List<String> ids : List.of(List.<String>of(), List.of(" "), List.of("WEBHOOK_ID"))) {
            assertThat(webhook(settings(Environment.LIVE, ids)).verify(GENUINE)).isEqualTo(Verdict.UNKNOWN_SECRET);
        }
        assertThat(webhook(settings(Environment.LIVE, List.of("OTHER", "3RN13029J36659323")))
                        .verify(GENUINE))
                .isEqualTo(Verdict.VALID);
    }

    @Test
    void the_same_event_may_come_again_with_the_same_body_only() {
        PayPalWebhook webhook = webhook();
        assertThat(webhook.verify(at(NOW))).isEqualTo(Verdict.VALID);
        assertThat(webhook.verify(at(NOW))).as("sent again").isEqualTo(Verdict.VALID);

        byte[] forged =
                collision(GENUINE.body(), "{\"id\":\"WH-FORGED\",\"event_type\":\"PAYMENT.CAPTURE.COMPLETED\"}");

        assertThat(crc(forged)).isEqualTo(crc(GENUINE.body()));
        assertThat(webhook.verify(request(GENUINE.headers(), forged, NOW)))
                .as("another event under the same transmission")
                .isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void an_event_that_the_journal_knows_cannot_come_with_another_body() {
        journaled.put(webhook().messageId(GENUINE), Fingerprint.of(GENUINE.body()));
        assertThat(webhook().verify(GENUINE)).isEqualTo(Verdict.VALID);

        journaled.put(webhook().messageId(GENUINE), "0".repeat(64));
        assertThat(webhook().verify(GENUINE)).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void notes_tell_the_environment_and_what_must_be_asked_for() {
        assertThat(notes(null, null)).isEqualTo(Map.of("environment", "live"));
        assertThat(notes("id", "20.01")).isEqualTo(Map.of("environment", "live"));
        assertThat(notes("id", "20.00")).containsEntry("confirm", "true");
        assertThat(notes(null, "20.00")).as("nobody could ask").doesNotContainKey("confirm");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "fa-IR", "th-TH-u-nu-thai"})
    void the_machines_locale_changes_nothing(String tag) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(tag));
        try {
            assertThat(webhook().verify(GENUINE)).isEqualTo(Verdict.VALID);
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @MethodSource("bodiesWithoutId")
    void an_event_without_a_plain_id_is_known_by_its_bytes(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);

        assertThat(webhook().messageId(request(Map.of(), bytes, NOW))).isEqualTo(Fingerprint.of(bytes));
    }

    static Stream<String> bodiesWithoutId() {
        return Stream.of("", "x", "[]", "{\"id\":\" \"}", "{\"id\":{}}", "{\"id\":\"a\\u0000\"}");
    }

    @Property(tries = 300)
    void any_headers_and_body_get_a_verdict_and_nothing_else(
            @ForAll("headers") Map<String, List<String>> headers, @ForAll("bodies") byte[] body) {
        PayPalWebhook webhook = webhook();
        WebhookRequest request = request(headers, body, NOW);

        assertThat(webhook.verify(request)).isNotNull();
        assertThat(webhook.messageId(request)).isNotBlank().hasSizeLessThanOrEqualTo(200);
        assertThat(webhook.notes(request)).isNotEmpty();
        try {
            MAPPED.events("paypal-payment-in", body, Map.of());
        } catch (HubException e) {
            assertThat(e.code()).isNotNull();
        }
    }

    @Provide
    Arbitrary<Map<String, List<String>>> headers() {
        return Arbitraries.of(GENUINE.headers().keySet()).flatMap(name -> Combinators.combine(
                        Arbitraries.just(name),
                        Arbitraries.oneOf(
                                Arbitraries.strings().ofMaxLength(100),
                                Arbitraries.strings()
                                        .withChars("https://api.paypal.com/v1/notifications/certs/CERT-=|Z")
                                        .ofMaxLength(90),
                                Arbitraries.of(GENUINE.header(name).get(0))))
                .as((header, value) -> {
                    Map<String, List<String>> changed = new HashMap<>(GENUINE.headers());
                    changed.put(header, List.of(value));
                    return changed;
                }));
    }

    @Provide
    Arbitrary<byte[]> bodies() {
        byte[] genuine = GENUINE.body();
        Arbitrary<byte[]> mutated = Arbitraries.integers()
                .between(0, genuine.length - 1)
                .flatMap(at -> Arbitraries.bytes().map(value -> {
                    byte[] copy = genuine.clone();
                    copy[at] = value;
                    return copy;
                }));
        Arbitrary<byte[]> cut =
                Arbitraries.integers().between(0, genuine.length).map(length -> Arrays.copyOf(genuine, length));
        String text = new String(genuine, StandardCharsets.UTF_8);
        Arbitrary<byte[]> retyped = Arbitraries.of("null", "[]", "{}", "\"\"", "-1", "1e400", "\"\\u0000\"", "[[{}]]")
                .flatMap(value -> Arbitraries.of(
                                "\"20.00\"",
                                "\"USD\"",
                                "\"capture\"",
                                "\"2026-11-01T10:00:01Z\"",
                                "\"COMPLETED\"",
                                "\"7DW85331GX749735N\"",
                                "{\"status\":\"ELIGIBLE\"}")
                        .map(from -> text.replace(from, value).getBytes(StandardCharsets.UTF_8)));
        return Arbitraries.oneOf(Arbitraries.bytes().array(byte[].class).ofMaxSize(200), mutated, cut, retyped);
    }

    private Map<String, String> notes(String client, String above) {
        PayPalSettings settings = new PayPalSettings(
                null, null, List.of("x"), client, "secret", null, false, above == null ? null : new BigDecimal(above));
        return webhook(settings).notes(GENUINE);
    }

    /** A text with four more bytes after it that give it the checksum of another one. */
    private static byte[] collision(byte[] wanted, String text) {
        byte[] start = (text + "    ").getBytes(StandardCharsets.US_ASCII);
        int at = start.length - 4;
        long base = crc(start);
        long target = crc(wanted) ^ base;
        // the checksum is linear: which of the 32 bits to flip is a system of 32 equations
        long[] rows = new long[32];
        for (int bit = 0; bit < 32; bit++) {
            byte[] flipped = start.clone();
            flipped[at + bit / 8] ^= (byte) (1 << bit % 8);
            rows[bit] = crc(flipped) ^ base;
        }
        long[] combination = new long[32];
        for (int i = 0; i < 32; i++) {
            combination[i] = 1L << i;
        }
        for (int column = 0, row = 0; column < 32; column++) {
            int pivot = row;
            while (pivot < 32 && (rows[pivot] >> column & 1) == 0) {
                pivot++;
            }
            if (pivot == 32) {
                continue;
            }
            long swap = rows[row];
            rows[row] = rows[pivot];
            rows[pivot] = swap;
            swap = combination[row];
            combination[row] = combination[pivot];
            combination[pivot] = swap;
            for (int other = 0; other < 32; other++) {
                if (other != row && (rows[other] >> column & 1) == 1) {
                    rows[other] ^= rows[row];
                    combination[other] ^= combination[row];
                }
            }
            row++;
        }
        byte[] result = start.clone();
        for (int row = 0; row < 32; row++) {
            if ((target & Long.lowestOneBit(rows[row])) != 0) {
                for (int bit = 0; bit < 32; bit++) {
                    if ((combination[row] >> bit & 1) == 1) {
                        result[at + bit / 8] ^= (byte) (1 << bit % 8);
                    }
                }
            }
        }
        return result;
    }

    private static long crc(byte[] body) {
        CRC32 sum = new CRC32();
        sum.update(body);
        return sum.getValue();
    }

    private PayPalWebhook webhook() {
        return webhook(settings(Environment.LIVE, List.of("3RN13029J36659323")));
    }

    private PayPalWebhook webhook(PayPalSettings settings) {
        return new PayPalWebhook(
                tenant -> Optional.of(settings),
                new SigningCertificates(address -> server.get(address)),
                List.of(),
                new EarlierBodies((tenant, messageId) -> journaled.get(messageId)),
                (request, of, webhookId) -> Verdict.VALID);
    }

    private static PayPalSettings settings(Environment environment, List<String> ids) {
        return new PayPalSettings(environment, null, ids, null, null, List.of(WORLD.trustAnchor()), false, null);
    }

    private static SigningChain chain(String url) {
        SigningChain chain =
                SigningChain.of(WORLD.certificates().get(url).textValue().getBytes(StandardCharsets.UTF_8));
        assertThat(chain).isNotNull();
        return chain;
    }

    private static byte[] pem(java.security.cert.X509Certificate certificate) {
        try {
            return ("-----BEGIN CERTIFICATE-----\n"
                            + java.util.Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                            + "\n-----END CERTIFICATE-----\n")
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static WebhookRequest genuine() {
        try {
            JsonNode file = new ObjectMapper()
                    .readTree(Path.of("src/test/resources/vectors/payments/paypal.json")
                            .toFile());
            for (JsonNode vector : file.get("vectors")) {
                if (vector.get("id").asText().equals("ok")) {
                    return VectorRequests.payment("paypal", vector);
                }
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        throw new IllegalStateException("no vector ok");
    }

    private static WebhookRequest at(Instant now) {
        return request(GENUINE.headers(), GENUINE.body(), now);
    }

    private static WebhookRequest with(String header, String value) {
        Map<String, List<String>> headers = new HashMap<>(GENUINE.headers());
        headers.put(header, List.of(value));
        return request(headers, GENUINE.body(), NOW);
    }

    private static WebhookRequest without(String header) {
        Map<String, List<String>> headers = new HashMap<>(GENUINE.headers());
        headers.remove(header);
        return request(headers, GENUINE.body(), NOW);
    }

    private static WebhookRequest request(Map<String, List<String>> headers, byte[] body, Instant now) {
        return new WebhookRequest(
                "hvar", "paypal", "POST", "", "https://hub.example.com/webhooks/hvar/paypal", null, headers, body, now);
    }

    private static void assertComeAgain(org.assertj.core.api.ThrowableAssert.ThrowingCallable verification) {
        assertThatThrownBy(verification).asInstanceOf(type(HubException.class)).satisfies(e -> assertThat(e.code())
                .isEqualTo(ErrorCode.STORE_UNAVAILABLE));
    }

    private static void hold(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
