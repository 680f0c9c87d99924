package dev.wasl.hub.connector;

import static dev.wasl.hub.HubFailure.failedWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.mapping.JsonBodies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OAuthAnswerTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"access_token\":\"t\",\"expires_in\":3600}; 3600",
                "{\"access_token\":\"t\",\"expires_in\":\"180\"}; 180",
                "{\"access_token\":\"t\",\"expires_in\":7776000}; 7776000",
                "{\"access_token\":\"t\",\"expires_in\":9223372036854775807}; 7776000",
                "{\"access_token\":\"t\",\"expires_in\":0}; 60",
                "{\"access_token\":\"t\",\"expires_in\":-5}; 60",
                "{\"access_token\":\"t\",\"expires_in\":\"soon\"}; 60",
                "{\"access_token\":\"t\"}; 60"
            })
    void a_token_lives_as_long_as_it_is_said_to(String answer, long seconds) {
        GatewayTokens.Token token = OAuthAnswer.token("airtel", JsonBodies.parse(bytes(answer)));

        assertThat(token.value()).isEqualTo("t");
        assertThat(token.validFor()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "{\"access_token\":null}",
                "{\"access_token\":\" \"}",
                "{\"access_token\":{}}"
            })
    void an_answer_without_token_is_unreadable(String answer) {
        assertThatThrownBy(() -> OAuthAnswer.token("airtel", JsonBodies.parse(bytes(answer))))
                .satisfies(failedWith(ErrorCode.CONNECTOR_ANSWER_UNREADABLE));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
