package dev.wasl.hub.connector;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.GatewayTokens.Token;
import java.time.Duration;

/** What an OAuth 2 token endpoint answers (RFC 6749, section 5.1). */
public final class OAuthAnswer {

    /** For a gateway that does not say how long: short, so that at worst there are logins too many. */
    private static final Duration UNSAID = Duration.ofSeconds(60);

    /** The longest life that any of them promises. */
    private static final long LONGEST_SECONDS = Duration.ofDays(90).toSeconds();

    private OAuthAnswer() {}

    /**
     * The token and its life; {@code expires_in} counts as a number and as its digits in text.
     *
     * @throws HubException {@code CONNECTOR_ANSWER_UNREADABLE} when there is no token in it
     */
    public static Token token(String connector, JsonNode answer) {
        String value = answer.path("access_token").asText("");
        if (value.isBlank()) {
            throw new HubException(ErrorCode.CONNECTOR_ANSWER_UNREADABLE, connector + " gave no access_token");
        }
        long seconds = answer.path("expires_in").asLong(0);
        return new Token(value, seconds > 0 ? Duration.ofSeconds(Math.min(seconds, LONGEST_SECONDS)) : UNSAID);
    }
}
