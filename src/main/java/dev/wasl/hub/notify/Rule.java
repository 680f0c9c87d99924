package dev.wasl.hub.notify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.canonical.Notification.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One rule of {@code notify-rules.yaml}, where each key is explained.
 *
 * @param whatsapp the approved template that stands for the text on WhatsApp
 */
record Rule(
        String name,
        When when,
        String cause,
        @Nullable String reference,
        List<String> happenedAt,
        Duration maxAge,
        Duration sendWithin,
        @Nullable Duration atMostEvery,
        List<String> overtakes,
        String to,
        Category category,
        String template,
        List<String> languages,
        List<Step> channels,
        @Nullable WhatsAppTemplate whatsapp,
        Map<String, Variable> variables) {

    Rule {
        require(name.matches("[a-z0-9-]+"), "a rule needs a name of a-z, 0-9 and -");
        require(when != null && !when.types().isEmpty(), name + ": when.types is empty");
        require(channels != null && !channels.isEmpty(), name + ": channels is empty");
        require(languages != null && !languages.isEmpty(), name + ": languages is empty");
        happenedAt = happenedAt == null ? List.of() : List.copyOf(happenedAt);
        overtakes = overtakes == null ? List.of() : List.copyOf(overtakes);
        variables = variables == null ? Map.of() : Map.copyOf(variables);
        category = category == null ? Category.TRANSACTIONAL : category;
        if (channels.stream().anyMatch(step -> step.channel() == Channel.WHATSAPP)) {
            if (whatsapp == null) {
                throw new IllegalArgumentException(
                        name + ": a WHATSAPP channel needs an approved template under whatsapp");
            }
            for (String parameter : whatsapp.parameters()) {
                require(variables.containsKey(parameter), name + ": no variable named " + parameter);
            }
        }
    }

    private static void require(boolean fulfilled, String sentence) {
        if (!fulfilled) {
            throw new IllegalArgumentException(sentence);
        }
    }

    /** What law and people expect of a message. */
    enum Category {
        TRANSACTIONAL
    }

    /**
     * Which events a rule speaks about.
     *
     * @param types canonical types
     * @param fields path to value, or to the list of acceptable values; all must match
     * @param except the same; none may match
     * @param lasting whether the fields tell a state that ends, and not something that has happened
     */
    record When(List<String> types, Map<String, JsonNode> fields, Map<String, JsonNode> except, boolean lasting) {

        When {
            types = types == null ? List.of() : List.copyOf(types);
            fields = fields == null ? Map.of() : Map.copyOf(fields);
            except = except == null ? Map.of() : Map.copyOf(except);
        }
    }

    /**
     * One channel of the plan.
     *
     * @param deadline when the next channel takes over; null: only a failure makes it
     */
    record Step(Channel channel, @Nullable Duration deadline, OnUnknown onUnknown) {

        Step {
            onUnknown = onUnknown == null ? OnUnknown.STOP : onUnknown;
        }
    }

    /** What follows when nobody can tell whether a message was sent. */
    enum OnUnknown {
        /** A person decides. */
        STOP,
        /** The next channel. */
        FALLBACK,
        /** Once more on the same channel, with the same identity. */
        RESEND
    }

    /**
     * A template as approved at Meta.
     *
     * @param template its name there
     * @param languages our language to Meta's language code; never derived, {@code en} and {@code en_US} differ
     * @param parameters variables in the order of the approved text
     */
    record WhatsAppTemplate(String template, Map<String, String> languages, List<String> parameters) {}

    /**
     * Where a variable comes from.
     *
     * @param path in the event, or {@code tenant.name}
     * @param fallback text by language, {@code *} for any; null: the variable is simply absent
     */
    record Variable(String path, Format format, @Nullable Map<String, String> fallback) {}

    /** How a value becomes text. */
    enum Format {
        TEXT,
        MONEY,
        /** Money, absent unless there is something to pay. */
        MONEY_DUE,
        DATE
    }
}
