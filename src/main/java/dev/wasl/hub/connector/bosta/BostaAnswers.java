package dev.wasl.hub.connector.bosta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.bosta.BostaTransport.Answer;
import dev.wasl.hub.mapping.JsonBodies;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads Bosta's answers. Both the status and {@code success} count: some failures come with status 200, some bodies are
 * empty or HTML, an error code is a number or a text, and the list hides in one of several places.
 */
final class BostaAnswers {

    private static final int THROTTLED = 429;
    private static final int NOT_FOUND = 1066;
    /** Not authorised, invalid key: about the key, whatever was asked. */
    private static final Set<Integer> KEY_REFUSED = Set.of(401, 1007, 1028);
    /** Forbidden, no such business: about the account when a search says so, about the delivery when its detail does. */
    private static final Set<Integer> FORBIDDEN = Set.of(403, 1008, 1010);

    private static final int VALIDATION = 777;

    private static final int LONGEST_MESSAGE = 200;

    private static final JsonNode NOTHING = JsonNodeFactory.instance.arrayNode();

    private BostaAnswers() {}

    /**
     * A page of the search.
     *
     * @param total what Bosta says there is; null when it says nothing or "0", as it does to keys
     */
    record Page(List<JsonNode> deliveries, @Nullable Long total) {}

    /** The deliveries of a search. */
    static Page page(Answer answer, Instant now) {
        JsonNode body = checked(answer, now, false);
        JsonNode list = list(body);
        if (list == null) {
            throw BostaException.unreadable("Bosta's answer has no list of deliveries", null);
        }
        List<JsonNode> deliveries = new ArrayList<>(list.size());
        list.forEach(deliveries::add);
        return new Page(deliveries, total(body));
    }

    /** The delivery of a detail call. */
    static JsonNode delivery(Answer answer, Instant now) {
        JsonNode body = checked(answer, now, true);
        JsonNode found = body;
        for (int depth = 0; depth < 3; depth++) {
            if (found.isArray() && found.size() == 1) {
                found = found.get(0);
            }
            if (found.isObject() && (found.hasNonNull("trackingNumber") || found.hasNonNull("_id"))) {
                return found;
            }
            if (!found.has("data")) {
                break;
            }
            found = found.get("data");
        }
        if (found.isNull()) {
            throw BostaException.notFound("Bosta answered without a delivery");
        }
        throw BostaException.unreadable("Bosta's answer holds no delivery", null);
    }

    private static JsonNode checked(Answer answer, Instant now, boolean single) {
        JsonNode body = null;
        HubException unreadable = null;
        try {
            body = JsonBodies.parse(answer.body());
        } catch (HubException e) {
            unreadable = e;
        }
        Integer code = body == null ? null : code(body);
        int status = answer.status();
        if (status == THROTTLED || (code != null && code == THROTTLED)) {
            throw BostaException.throttled(retryAfter(answer, body, now));
        }
        boolean failed = body != null && isFalse(body.get("success"));
        if (status >= 200 && status < 300 && !failed) {
            if (body == null) {
                throw BostaException.unreadable("Bosta's answer is not JSON", unreadable);
            }
            return body;
        }
        String detail = "Bosta answered " + status + (code == null ? "" : ", error " + code) + message(body);
        if ((code != null && code == NOT_FOUND) || (status == 404 && single)) {
            throw BostaException.notFound(detail);
        }
        boolean forbidden = says(FORBIDDEN, status, code);
        if (says(KEY_REFUSED, status, code) || (forbidden && !single)) {
            throw BostaException.keyRefused(detail);
        }
        // a redirect, which nobody follows, leads to a login or to "back soon": it says nothing about what was asked
        if (forbidden
                || (code != null && code == VALIDATION)
                || (status >= 400 && status < 500 && status != 408 && status != 425)) {
            throw BostaException.requestRefused(detail);
        }
        throw BostaException.unavailable(detail, retryAfter(answer, body, now));
    }

    private static boolean says(Set<Integer> meanings, int status, @Nullable Integer code) {
        return meanings.contains(status) || (code != null && meanings.contains(code));
    }

    private static @Nullable JsonNode list(JsonNode body) {
        JsonNode here = body;
        for (int depth = 0; depth < 3; depth++) {
            if (here.isArray()) {
                return here;
            }
            for (String name : List.of("deliveries", "list")) {
                if (here.path(name).isArray()) {
                    return here.get(name);
                }
                if (here.path(name).isNull()) {
                    // an empty page; a null in place of the whole data could be anything, and is not the end of a list
                    return NOTHING;
                }
            }
            if (!here.has("data")) {
                return null;
            }
            here = here.get("data");
        }
        return here.isArray() ? here : null;
    }

    private static @Nullable Long total(JsonNode body) {
        for (JsonNode holder : List.of(body, body.path("data"))) {
            JsonNode count = holder.path("count");
            try {
                long value = Long.parseLong(count.asText("").strip());
                if (value > 0) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // not a number: as good as absent
            }
        }
        return null;
    }

    private static @Nullable Integer code(JsonNode body) {
        for (String name : List.of("errorCode", "code")) {
            JsonNode node = body.path(name);
            if (node.isIntegralNumber() && node.canConvertToInt()) {
                return node.intValue();
            }
            if (node.isTextual()) {
                try {
                    return Integer.valueOf(node.asText().strip());
                } catch (NumberFormatException e) {
                    // a word: no code that we know
                }
            }
        }
        return null;
    }

    private static boolean isFalse(@Nullable JsonNode node) {
        return node != null
                && ((node.isBoolean() && !node.booleanValue()) || (node.isTextual() && "false".equals(node.asText())));
    }

    /** The longer of header and body wins: waiting too long costs a little, too short costs another block. */
    private static @Nullable Duration retryAfter(Answer answer, @Nullable JsonNode body, Instant now) {
        Duration header = seconds(answer.retryAfter());
        if (header == null && answer.retryAfter() != null) {
            try {
                header = Duration.between(
                        now,
                        ZonedDateTime.parse(
                                        answer.retryAfter().strip(),
                                        DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ENGLISH))
                                .toInstant());
            } catch (DateTimeException e) {
                // neither seconds nor a date
            }
        }
        Duration inBody = null;
        if (body != null) {
            inBody = seconds(body.path("retryAfter").asText(null));
            if (inBody == null) {
                inBody = seconds(body.path("data").path("retryAfter").asText(null));
            }
        }
        if (header == null || (inBody != null && inBody.compareTo(header) > 0)) {
            return inBody;
        }
        return header.isNegative() ? Duration.ZERO : header;
    }

    private static @Nullable Duration seconds(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            double value = Double.parseDouble(text.strip());
            return value >= 0 && value < 1e9 ? Duration.ofMillis((long) Math.ceil(value * 1000)) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static String message(@Nullable JsonNode body) {
        if (body == null) {
            return "";
        }
        for (String name : List.of("message", "error")) {
            JsonNode text = body.path(name);
            if (text.isTextual() && !text.asText().isBlank()) {
                String message = text.asText().strip().replaceAll("\\p{Cntrl}+", " ");
                return ": " + (message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) : message);
            }
        }
        return "";
    }
}
