package dev.wasl.hub.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Notification.Channel;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.stereotype.Component;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The rules in force. An edited file counts from the next batch; one that cannot be read leaves the rules before it in
 * force and is told in health.
 */
@Component
class NotificationRules {

    static final String FILE = "notify-rules.yaml";
    private static final int VERSION = 1;
    private static final Logger LOG = LoggerFactory.getLogger(NotificationRules.class);

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();

    private final NotifyFiles files;
    private volatile Loaded loaded;
    private volatile @Nullable String problem;

    NotificationRules(NotifyFiles files) {
        this.files = files;
        NotifyFiles.Text text = files.read(FILE)
                .orElseThrow(() -> new HubException(ErrorCode.CONFIGURATION, "there is no mappings/" + FILE));
        this.loaded = new Loaded(text.stamp(), parse(text.content()));
    }

    /** Every rule, in the order of the file. */
    List<Rule> rules() {
        Loaded now = loaded;
        Optional<NotifyFiles.Text> text = files.readIfChanged(FILE, now.stamp());
        if (text.isEmpty()) {
            return now.rules();
        }
        try {
            loaded = new Loaded(text.get().stamp(), parse(text.get().content()));
            problem = null;
            LOG.info(
                    "Notification rules changed: {} rules in force.",
                    loaded.rules().size());
        } catch (HubException e) {
            problem = e.getMessage();
            loaded = new Loaded(text.get().stamp(), now.rules());
            LOG.error("The notification rules before the last edit stay in force: {}", e.getMessage());
        }
        return loaded.rules();
    }

    Optional<Rule> find(String name) {
        return rules().stream().filter(rule -> rule.name().equals(name)).findFirst();
    }

    /** What is wrong with the file as it is now; empty when it is in force. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    static List<Rule> parse(String yaml) {
        try {
            LoaderOptions options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            JsonNode root = MAPPER.valueToTree(new Yaml(new SafeConstructor(options)).load(yaml));
            if (root.path("version").asInt() != VERSION) {
                throw broken("version must be " + VERSION, null);
            }
            List<Rule> rules = new ArrayList<>();
            for (JsonNode node : root.path("rules")) {
                rules.add(rule(node));
            }
            Map<String, Rule> byName = new HashMap<>();
            for (Rule rule : rules) {
                if (byName.put(rule.name(), rule) != null) {
                    throw broken("two rules are named " + rule.name(), null);
                }
            }
            for (Rule rule : rules) {
                for (String overtaken : rule.overtakes()) {
                    if (!byName.containsKey(overtaken)) {
                        throw broken(rule.name() + " overtakes " + overtaken + ", which is no rule", null);
                    }
                }
            }
            return List.copyOf(rules);
        } catch (YAMLException | IllegalArgumentException | JsonProcessingException e) {
            throw broken(e.getMessage(), e);
        }
    }

    private static Rule rule(JsonNode node) throws JsonProcessingException {
        List<Rule.Step> channels = new ArrayList<>();
        for (JsonNode step : node.path("channels")) {
            channels.add(new Rule.Step(
                    needed(node, "channel", MAPPER.treeToValue(step.path("channel"), Channel.class)),
                    duration(step.get("deadline")),
                    MAPPER.treeToValue(step.path("onUnknown"), Rule.OnUnknown.class)));
        }
        Map<String, Rule.Variable> variables = new LinkedHashMap<>();
        node.path("variables").properties().forEach(entry -> variables.put(entry.getKey(), variable(entry.getValue())));
        JsonNode when = node.path("when");
        return new Rule(
                needed(node, "name", text(node, "name")),
                new Rule.When(
                        texts(when.path("types")),
                        children(when.path("fields")),
                        children(when.path("except")),
                        when.path("lasting").asBoolean(false)),
                needed(node, "cause", text(node, "cause")),
                text(node, "reference"),
                texts(node.path("happenedAt")),
                needed(node, "maxAge", duration(node.get("maxAge"))),
                needed(node, "sendWithin", duration(node.get("sendWithin"))),
                duration(node.get("atMostEvery")),
                texts(node.path("overtakes")),
                needed(node, "to", text(node, "to")),
                MAPPER.treeToValue(node.path("category"), Rule.Category.class),
                needed(node, "template", text(node, "template")),
                texts(node.path("languages")),
                channels,
                node.has("whatsapp") ? MAPPER.treeToValue(node.get("whatsapp"), Rule.WhatsAppTemplate.class) : null,
                variables);
    }

    private static Rule.Variable variable(JsonNode node) {
        if (node.isTextual()) {
            return new Rule.Variable(node.asText(), Rule.Format.TEXT, null);
        }
        Map<String, String> fallback = null;
        JsonNode given = node.path("default");
        if (given.isTextual()) {
            fallback = Map.of("*", given.asText());
        } else if (given.isObject()) {
            fallback = new HashMap<>();
            for (var field : given.properties()) {
                fallback.put(field.getKey(), field.getValue().asText());
            }
        }
        return new Rule.Variable(
                node.path("path").asText(),
                Rule.Format.valueOf(
                        node.path("format").asText("text").replace('-', '_').toUpperCase(Locale.ROOT)),
                fallback);
    }

    private static <T> T needed(JsonNode rule, String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(rule.path("name").asText("a rule") + ": " + name + " is needed");
        }
        return value;
    }

    private static @Nullable String text(JsonNode node, String name) {
        return node.hasNonNull(name) ? node.get(name).asText() : null;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    private static Map<String, JsonNode> children(JsonNode object) {
        Map<String, JsonNode> children = new LinkedHashMap<>();
        object.properties().forEach(field -> children.put(field.getKey(), field.getValue()));
        return children;
    }

    private static @Nullable Duration duration(@Nullable JsonNode node) {
        if (node == null || node.isNull()) {
            return null;
        }
        try {
            return DurationStyle.detectAndParse(node.asText());
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new IllegalArgumentException(node.asText() + " is no duration such as 10m or 6h", e);
        }
    }

    private static HubException broken(@Nullable String detail, @Nullable Throwable cause) {
        return new HubException(ErrorCode.CONFIGURATION, "mappings/" + FILE + ": " + detail, cause);
    }

    private record Loaded(long stamp, List<Rule> rules) {}
}
