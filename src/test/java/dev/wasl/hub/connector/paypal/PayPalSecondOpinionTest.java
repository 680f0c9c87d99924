package dev.wasl.hub.connector.paypal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.paypal.base.SSLUtil;
import dev.wasl.hub.connector.paypal.PayPalVectors.World;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.vectors.VectorRequests;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * PayPal's own Java library (rest-api-sdk 1.14.0) on the vectors. It is asked for the signature, which is all it does
 * well: it fetches certificates from wherever a request says, takes the algorithm from the request, and validates
 * chains against a trust store of its own. Where it says something else than the hub, the reason stands here.
 */
class PayPalSecondOpinionTest {

    /** The library accepts what the hub refuses, by the id of the vector. */
    private static final Map<String, String> LAXER = Map.of(
            "cert-wrong-cn",
            "checks names of the chain elsewhere, not with the signature",
            "cert-expired",
            "checks no dates with the signature",
            "cert-host-suffix",
            "never looks at the host, so it fetches the attacker's own certificate",
            "cert-host-userinfo",
            "never looks at the host, so it fetches the attacker's own certificate",
            "cert-http",
            "fetches over plain HTTP, so the network serves the certificate",
            "cert-metadata-ip",
            "never looks at the host, so it fetches the attacker's own certificate",
            "cert-path",
            "never looks at the path, so it fetches whatever the attacker found there",
            "cert-self-signed",
            "validates no chain with the signature");

    /** The hub accepts what the library cannot: none. */
    private static final Set<String> STRICTER = Set.of();

    private final World world = World.shipped();

    @TestFactory
    Stream<DynamicTest> decides_every_signature_as_paypals_library_does() throws Exception {
        JsonNode file = new ObjectMapper()
                .readTree(Path.of("src/test/resources/vectors/payments/paypal.json")
                        .toFile());
        List<DynamicTest> tests = new ArrayList<>();
        Set<String> differing = new HashSet<>();
        for (JsonNode vector : file.get("vectors")) {
            String id = vector.get("id").asText();
            tests.add(dynamicTest(id, () -> {
                boolean ours = ours(vector);
                boolean theirs = theirs(vector);
                if (ours != theirs) {
                    differing.add(id);
                    assertThat(ours ? STRICTER : LAXER.keySet())
                            .as("%s: ours %s, theirs %s", id, ours, theirs)
                            .contains(id);
                }
            }));
        }
        tests.add(dynamicTest("every difference that is listed exists", () -> assertThat(differing)
                .containsExactlyInAnyOrderElementsOf(LAXER.keySet())));
        return tests.stream();
    }

    private boolean ours(JsonNode vector) {
        JsonNode config = vector.get("config");
        return PayPalVectors.webhook(
                                world,
                                PayPalVectors.settings(world, config),
                                config.path("useBundledIntermediate").asBoolean(),
                                url -> {})
                        .verify(VectorRequests.payment("paypal", vector))
                == Verdict.VALID;
    }

    /**
     * The library's two calls, {@code crc32} and {@code validateData}, with the certificate that the vectors serve; where
     * they serve none, with the certificate that an attacker would serve, because the library fetches from anywhere. Its numbers are printed by
     * {@code String.valueOf}, so the machine's language does not matter here, unlike in Stripe's; that is tried too.
     */
    private boolean theirs(JsonNode vector) {
        WebhookRequest request = VectorRequests.payment("paypal", vector);
        boolean accepted = false;
        Locale before = Locale.getDefault();
        for (String language : List.of("en", "ar-EG")) {
            Locale.setDefault(Locale.forLanguageTag(language));
            try {
                accepted = accepts(vector, request);
            } finally {
                Locale.setDefault(before);
            }
        }
        return accepted;
    }

    private boolean accepts(JsonNode vector, WebhookRequest request) {
        try {
            String url = request.header(PayPalWebhook.CERT_URL).get(0);
            JsonNode served = world.certificates().get(url);
            byte[] pem = (served == null ? attackers() : served.textValue()).getBytes(StandardCharsets.UTF_8);
            Collection<X509Certificate> certificates = SSLUtil.getCertificateFromStream(new ByteArrayInputStream(pem));
            for (JsonNode webhookId : vector.at("/config/webhookIds")) {
                String expected = request.header(PayPalWebhook.TRANSMISSION_ID).get(0) + "|"
                        + request.header(PayPalWebhook.TRANSMISSION_TIME).get(0) + "|" + webhookId.asText() + "|"
                        + SSLUtil.crc32(new String(request.body(), StandardCharsets.UTF_8));
                if (SSLUtil.validateData(
                        certificates,
                        request.header(PayPalWebhook.AUTH_ALGO).get(0),
                        request.header(PayPalWebhook.TRANSMISSION_SIG).get(0),
                        expected,
                        new String(request.body(), StandardCharsets.UTF_8),
                        webhookId.asText())) {
                    return true;
                }
            }
            return false;
        } catch (Exception e) {
            // also its NullPointerException and IndexOutOfBoundsException for missing headers
            return false;
        }
    }

    private String attackers() {
        return world.certificates()
                .get("https://api.paypal.com/v1/notifications/certs/CERT-360caa42-synthetic-selfsig1")
                .textValue();
    }
}
