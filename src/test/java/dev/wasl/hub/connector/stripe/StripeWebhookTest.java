package dev.wasl.hub.connector.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.net.Webhook.Signature;
import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.connector.TenantsForTests;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StripeWebhookTest {

    private static final String SECRET = "whsec_test_secret";
    private static final long NOW = 1_700_000_000L;
    private static final byte[] BODY = "{\"id\":\"evt_1\",\"note\":\"طلب ☕\"}".getBytes(StandardCharsets.UTF_8);

    private final StripeWebhook webhook = with(List.of(SECRET), Duration.ofSeconds(300));

    @Test
    void accepts_what_stripe_signed() {
        assertThat(verify(header(NOW))).isEqualTo(Verdict.VALID);
    }

    @Test
    void accepts_the_previous_secret_while_it_is_rolled() {
        StripeWebhook rolling = with(List.of("whsec_new", SECRET), Duration.ofSeconds(300));

        assertThat(rolling.verify(request(List.of(header(NOW)), BODY))).isEqualTo(Verdict.VALID);
        assertThat(verify("t=" + NOW + ",v1=" + "0".repeat(64) + ",v1=" + signature(NOW, BODY)))
                .isEqualTo(Verdict.VALID);
    }

    @Test
    void is_stale_only_when_it_is_signed_and_older_than_the_tolerance() {
        assertThat(verify(header(NOW - 300))).isEqualTo(Verdict.VALID);
        assertThat(verify(header(NOW - 301))).isEqualTo(Verdict.STALE);
        assertThat(verify("t=" + (NOW - 301) + ",v1=" + "0".repeat(64))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(verify(header(NOW + 86_400))).as("a clock that runs ahead").isEqualTo(Verdict.VALID);
        assertThat(with(List.of(SECRET), Duration.ZERO).verify(request(List.of(header(1)), BODY)))
                .isEqualTo(Verdict.VALID);
    }

    @Test
    void refuses_any_other_body_or_secret() {
        byte[] longer = (new String(BODY, StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8);

        assertThat(webhook.verify(request(List.of(header(NOW)), longer))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(with(List.of("whsec_other"), Duration.ZERO).verify(request(List.of(header(NOW)), BODY)))
                .isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "t",
                "t=",
                "t=abc,v1=%s",
                "t=-1,v1=%s",
                "t=0,v1=%s",
                "t=+1700000000,v1=%s",
                "t=01700000000,v1=%s",
                "t=١٧٠٠٠٠٠٠٠٠,v1=%s",
                "t=99999999999999999999,v1=%s",
                "v1=%s",
                " t=1700000000,v1=%s",
                "t=1700000000,t=1700000000,v1=%s",
                "t=1700000000,v1=%s,v1"
            })
    void a_header_that_cannot_be_read_is_malformed(String header) {
        assertThat(verify(header.formatted(signature(NOW, BODY)))).isEqualTo(Verdict.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "t=1700000000",
                "t=1700000000,v0=%s",
                "t=1700000000, v1=%s",
                "t=1700000000,v1= %s",
                "t=1700000000,v1=%s "
            })
    void nothing_is_trimmed_and_no_other_scheme_counts(String header) {
        assertThat(verify(header.formatted(signature(NOW, BODY)))).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void upper_case_hex_is_refused_as_stripes_libraries_do() {
        assertThat(verify("t=" + NOW + ",v1=" + signature(NOW, BODY).toUpperCase(Locale.ROOT)))
                .isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void elements_that_are_not_known_are_ignored() {
        assertThat(verify("x,t=" + NOW + ",v2=1,v1=" + signature(NOW, BODY) + ","))
                .isEqualTo(Verdict.VALID);
    }

    @Test
    void a_missing_header_is_unsigned_and_two_are_malformed() {
        assertThat(webhook.verify(request(List.of(), BODY))).isEqualTo(Verdict.UNSIGNED);
        assertThat(webhook.verify(request(List.of(header(NOW), header(NOW)), BODY)))
                .isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void without_a_usable_secret_nothing_is_proved() {
        for (List<String> secrets : List.of(List.<String>of(), List.of(""), List.of("  ", ""))) {
            assertThat(with(secrets, Duration.ZERO).verify(request(List.of(header(NOW)), BODY)))
                    .isEqualTo(Verdict.UNKNOWN_SECRET);
        }
        StripeWebhook unconfigured = new StripeWebhook(tenant -> Optional.empty());
        assertThat(unconfigured.verify(request(List.of(header(NOW)), BODY))).isEqualTo(Verdict.UNKNOWN_SECRET);
        assertThat(with(List.of("", SECRET), Duration.ZERO).verify(request(List.of(header(NOW)), BODY)))
                .as("an empty one beside a good one")
                .isEqualTo(Verdict.VALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "fa-IR", "th-TH-u-nu-thai"})
    void the_machines_locale_changes_nothing(String tag) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(tag));
        try {
            assertThat(verify(header(NOW))).isEqualTo(Verdict.VALID);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void the_configuration_is_trimmed_and_has_stripes_tolerance_by_default() {
        StripeWebhook configured = new StripeWebhook(TenantsForTests.of(Map.of(
                "wasl.tenants.hvar.connectors.stripe.signing-secrets[0]",
                " \n",
                "wasl.tenants.hvar.connectors.stripe.signing-secrets[1]",
                SECRET + "\n",
                "wasl.tenants.strict.connectors.stripe.signing-secrets",
                SECRET,
                "wasl.tenants.strict.connectors.stripe.tolerance",
                "10s")));

        assertThat(configured.verify(requestOf("hvar", header(NOW - 300)))).isEqualTo(Verdict.VALID);
        assertThat(configured.verify(requestOf("hvar", header(NOW - 301)))).isEqualTo(Verdict.STALE);
        assertThat(configured.verify(requestOf("strict", header(NOW - 11)))).isEqualTo(Verdict.STALE);
        assertThat(configured.verify(requestOf("nobody", header(NOW)))).isEqualTo(Verdict.UNKNOWN_SECRET);
    }

    @Test
    void an_event_is_known_by_its_id_wherever_it_stands() {
        assertThat(id("{\"id\":\"evt_1\",\"object\":\"event\"}")).isEqualTo("evt_1");
        assertThat(id("{\"data\":{\"object\":{\"id\":\"pi_1\"}},\"list\":[{\"id\":\"x\"}],\"id\":\"evt_2\"}"))
                .isEqualTo("evt_2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no json",
                "[]",
                "{\"id\":null}",
                "{\"id\":\"\"}",
                "{\"id\":{\"a\":1}}",
                "{\"id\":\"with space\"}",
                "{\"id\":\"with\\u0000zero\"}",
                "{\"object\":\"event\"}"
            })
    void an_event_without_a_plain_id_is_known_by_its_bytes(String body) {
        assertThat(id(body)).isEqualTo(Fingerprint.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    @Property
    void any_header_and_body_get_a_verdict(@ForAll("headers") String header, @ForAll byte[] body) {
        assertThat(webhook.verify(request(List.of(header), body))).isNotEqualTo(Verdict.VALID);
        assertThat(webhook.messageId(request(List.of(header), body)))
                .isNotBlank()
                .hasSizeLessThanOrEqualTo(200);
    }

    @Property
    void decides_as_stripes_own_library_does(@ForAll("nearlyGoodHeaders") String header) {
        assertThat(verify(header) == Verdict.VALID).as(header).isEqualTo(stripeAccepts(header));
    }

    @Provide
    Arbitrary<String> headers() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(200),
                Arbitraries.strings().withChars("tv10=,abcdef 9").ofMaxLength(200));
    }

    /** Headers of the real elements in odd orders and company; a repeated t is left to the test that refuses it. */
    @Provide
    Arbitrary<String> nearlyGoodHeaders() {
        String good = "v1=" + signature(NOW, BODY);
        Arbitrary<String> element = Arbitraries.of(
                good,
                good,
                "v1=" + "0".repeat(64),
                "v1",
                "v1=",
                "v0=" + signature(NOW, BODY),
                "x=y",
                "",
                "v1=" + good,
                " " + good,
                good.substring(0, good.length() - 1));
        Arbitrary<String> time = Arbitraries.of(
                "t=" + NOW,
                "t=" + NOW,
                "t=" + NOW,
                "t=" + (NOW - 300),
                "t=" + (NOW - 301),
                "t=abc",
                "t=0",
                "t",
                "T=" + NOW,
                "");
        return element.list()
                .ofMaxSize(4)
                .flatMap(elements -> time.flatMap(
                        t -> Arbitraries.integers().between(0, elements.size()).map(at -> {
                            List<String> all = new ArrayList<>(elements);
                            all.add(at, t);
                            return String.join(",", all);
                        })));
    }

    /** In English: in Arabic the library writes the time in digits that nobody signed. */
    private static boolean stripeAccepts(String header) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.ENGLISH);
        try {
            return Signature.verifyHeader(
                    new String(BODY, StandardCharsets.UTF_8),
                    header,
                    SECRET,
                    300,
                    java.time.Clock.fixed(Instant.ofEpochSecond(NOW), java.time.ZoneOffset.UTC));
        } catch (Exception e) {
            return false;
        } finally {
            Locale.setDefault(before);
        }
    }

    private Verdict verify(String header) {
        return webhook.verify(request(List.of(header), BODY));
    }

    private String id(String body) {
        return webhook.messageId(request(List.of(), body.getBytes(StandardCharsets.UTF_8)));
    }

    private static StripeWebhook with(List<String> secrets, Duration tolerance) {
        return new StripeWebhook(tenant -> Optional.of(new StripeWebhook.Settings(secrets, tolerance)));
    }

    private static WebhookRequest requestOf(String tenant, String header) {
        return new WebhookRequest(
                tenant,
                "stripe",
                "POST",
                "",
                "https://hub.example.com/webhooks/" + tenant + "/stripe",
                null,
                Map.of("stripe-signature", List.of(header)),
                BODY,
                Instant.ofEpochSecond(NOW));
    }

    private static WebhookRequest request(List<String> headers, byte[] body) {
        return new WebhookRequest(
                "hvar",
                "stripe",
                "POST",
                "",
                "https://hub.example.com/webhooks/hvar/stripe",
                null,
                headers.isEmpty() ? Map.of() : Map.of("stripe-signature", headers),
                body,
                Instant.ofEpochSecond(NOW));
    }

    private static String header(long time) {
        return "t=" + time + ",v1=" + signature(time, BODY);
    }

    private static String signature(long time, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((time + ".").getBytes(StandardCharsets.US_ASCII));
            return java.util.HexFormat.of().formatHex(mac.doFinal(body));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
