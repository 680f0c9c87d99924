package dev.wasl.hub.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SmtpRepliesTest {

    private static final Map<String, Set<Refusal>> EXPECTED = Map.of(
            "TRANSIENT", Set.of(Refusal.TRANSIENT),
            "THROTTLED", Set.of(Refusal.THROTTLED),
            "PERMANENT", Set.of(Refusal.RECIPIENT, Refusal.CONTENT),
            "CONFIG", Set.of(Refusal.CONFIG));

    @TestFactory
    Stream<DynamicTest> judges_replies_as_observed() throws IOException {
        JsonNode replies = new ObjectMapper()
                .readTree(getClass().getResourceAsStream("/vectors/notify/smtp.json"))
                .get("replies");
        return StreamSupport.stream(replies.spliterator(), false)
                .filter(v -> v.path("reply").asText("").matches("[45]\\d\\d.*"))
                .filter(v ->
                        EXPECTED.containsKey(v.path("expect").path("outcome").asText()))
                .map(v -> DynamicTest.dynamicTest(v.get("id").asText(), () -> {
                    String reply = v.get("reply").asText();

                    Outcome outcome = SmtpReplies.judge(
                            Integer.parseInt(reply.substring(0, 3)),
                            reply,
                            "AUTH".equals(v.path("phase").asText()));

                    assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(
                                    refused.refusal())
                            .isIn(EXPECTED.get(v.get("expect").get("outcome").asText())));
                }));
    }

    @Test
    void calls_a_lost_connection_unclear_only_when_the_server_had_every_byte() {
        MessagingException lost = new MessagingException("Exception reading response", new IOException("reset"));

        assertThat(SmtpReplies.judge(lost, true)).isInstanceOf(Outcome.Unclear.class);
        assertThat(SmtpReplies.judge(lost, false))
                .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.refusal())
                        .isEqualTo(Refusal.TRANSIENT));
    }
}
