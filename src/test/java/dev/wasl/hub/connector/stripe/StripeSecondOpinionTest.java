package dev.wasl.hub.connector.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.stripe.net.Webhook.Signature;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.vectors.VectorRequests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Stripe's own Java library (stripe-java) on the vectors; where it says something else than the hub, the reason stands here. */
class StripeSecondOpinionTest {

    /** The library accepts what the hub refuses, by the id of the vector. */
    private static final Map<String, String> LAXER = Map.of(
            "duplicate-t-first-wins", "takes the first t where Stripe's Node library takes the last; refused here");

    @TestFactory
    Stream<DynamicTest> decides_every_vector_as_stripes_library_does() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        Set<String> differing = new HashSet<>();
        for (JsonNode vector : vectors()) {
            String id = vector.get("id").asText();
            tests.add(dynamicTest(id, () -> {
                boolean ours = ours(vector);
                boolean theirs = theirs(vector, Locale.ENGLISH);
                if (ours != theirs) {
                    differing.add(id);
                    assertThat(LAXER)
                            .as("%s: ours %s, theirs %s", id, ours, theirs)
                            .containsKey(id);
                    assertThat(ours).as("the hub is the stricter one").isFalse();
                }
            }));
        }
        tests.add(dynamicTest("every difference that is listed exists", () -> assertThat(differing)
                .containsExactlyInAnyOrderElementsOf(LAXER.keySet())));
        return tests.stream();
    }

    /**
     * The library prints the time that is signed with the machine's own digits. In Arabic as written in Egypt it refuses
     * every genuine event, the hub none; that is why the comparison above sets the language.
     */
    @Test
    void in_arabic_the_library_refuses_what_is_genuine_and_the_hub_does_not() throws Exception {
        Locale egypt = Locale.forLanguageTag("ar-EG");
        JsonNode genuine = vectors().get(0);
        assertThat(genuine.get("id").asText()).isEqualTo("sdk-fixture-ok");

        assertThat(theirs(genuine, egypt)).isFalse();
        Locale before = Locale.getDefault();
        Locale.setDefault(egypt);
        try {
            for (JsonNode vector : vectors()) {
                if (vector.get("valid").asBoolean()
                        && !vector.path("implementationDefined").asBoolean()) {
                    assertThat(ours(vector)).as(vector.get("id").asText()).isTrue();
                }
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    private static JsonNode vectors() throws java.io.IOException {
        return new ObjectMapper()
                .readTree(Path.of("src/test/resources/vectors/payments/stripe.json")
                        .toFile())
                .get("vectors");
    }

    private static boolean ours(JsonNode vector) {
        return new StripeVectors().webhook(vector.get("config")).verify(VectorRequests.payment("stripe", vector))
                == Verdict.VALID;
    }

    /** Any exception is a refusal: the library leaks several for headers that cannot be read. */
    private static boolean theirs(JsonNode vector, Locale locale) {
        WebhookRequest request = VectorRequests.payment("stripe", vector);
        List<String> headers = request.header("stripe-signature");
        Locale before = Locale.getDefault();
        Locale.setDefault(locale);
        try {
            for (JsonNode secret : vector.at("/config/secrets")) {
                try {
                    if (headers.size() == 1
                            && Signature.verifyHeader(
                                    new String(request.body(), StandardCharsets.UTF_8),
                                    headers.get(0),
                                    secret.asText(),
                                    vector.at("/config/toleranceSeconds").asLong(),
                                    Clock.fixed(request.receivedAt(), ZoneOffset.UTC))) {
                        return true;
                    }
                } catch (Exception e) {
                    // the next secret, or refused
                    continue;
                }
            }
            return false;
        } finally {
            Locale.setDefault(before);
        }
    }
}
