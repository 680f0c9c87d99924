package dev.wasl.hub.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.mapping.JsonBodies;
import dev.wasl.hub.tenant.Tenant;
import dev.wasl.hub.tenant.Tenants;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds what the rules have to say about an event. Looks at the event only: what was said before is not its concern. */
@Component
class RuleJudge {

    private static final Pattern PLACE = Pattern.compile("\\{([A-Za-z.]+)(?:\\|([^}]*))?}");
    private static final Pattern EMAIL =
            Pattern.compile("[^\\s@<>\"',;:()\\\\]+@[^\\s@<>\"',;:()\\\\]+\\.[^\\s@<>\"',;:()\\\\.]+");
    private static final Set<PhoneNumberType> TEXTABLE =
            Set.of(PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE);
    private static final Party NOBODY = new Party(null, null, null, null, null);

    /** How far ahead of our clock a courier's may be. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final NotificationRules rules;
    private final Tenants tenants;
    private final NotifySettings settings;
    private final Clock clock;
    private final PhoneNumberUtil phones = PhoneNumberUtil.getInstance();

    RuleJudge(NotificationRules rules, Tenants tenants, NotifySettings settings, Clock clock) {
        this.rules = rules;
        this.tenants = tenants;
        this.settings = settings;
        this.clock = clock;
    }

    /** The notifications that an event asks for. */
    List<Candidate> judge(CanonicalMessage message) {
        CanonicalEvent event = message.event();
        Optional<Tenant> tenant = tenants.find(event.tenant());
        if (tenant.isEmpty()) {
            return List.of();
        }
        Instant now = clock.instant();
        JsonNode json = null;
        List<Candidate> candidates = new ArrayList<>(1);
        for (Rule rule : rules.rules()) {
            // the cheap questions first: a backfill brings a hundred thousand old events past here
            if (!rule.when().types().contains(event.type())
                    || event.time().plus(rule.maxAge()).isBefore(now)
                    || !settings.speaks(event.tenant(), rule.name())
                    || !configured(rule, tenant.get())) {
                continue;
            }
            if (json == null) {
                json = JsonBodies.parse(message.json());
            }
            if (matches(rule, json)) {
                Instant happenedAt = happenedAt(rule, json, event.time());
                if (!happenedAt.plus(rule.maxAge()).isBefore(now) && !happenedAt.isAfter(now.plus(CLOCK_SKEW))) {
                    candidates.add(candidate(rule, tenant.get(), message, json, happenedAt));
                }
            }
        }
        return candidates;
    }

    /** What a later event of the same subject says about the person of a notification that lacks an address. */
    Optional<Candidate> describe(Rule rule, CanonicalMessage message) {
        return tenants.find(message.event().tenant())
                .map(tenant -> candidate(
                        rule,
                        tenant,
                        message,
                        JsonBodies.parse(message.json()),
                        message.event().time()))
                .filter(candidate -> !candidate.plan().isEmpty());
    }

    /**
     * Whether an event shows that a rule should not speak of its subject: it is of a kind that the rule excepts, or a state
     * that the rule tells has ended. What an event does not mention contradicts nothing.
     */
    boolean contradicts(Rule rule, CanonicalMessage message) {
        JsonNode json = JsonBodies.parse(message.json());
        return rule.when().except().entrySet().stream().anyMatch(c -> holds(json, c.getKey(), c.getValue()))
                || (rule.when().lasting()
                        && rule.when().fields().entrySet().stream()
                                .anyMatch(c ->
                                        mentioned(at(json, c.getKey())) && !holds(json, c.getKey(), c.getValue())));
    }

    private static boolean mentioned(JsonNode value) {
        return !value.isMissingNode() && !value.isNull();
    }

    private static boolean configured(Rule rule, Tenant tenant) {
        return rule.channels().stream()
                .anyMatch(step -> tenant.connectors().contains(PlannedStep.provider(step.channel())));
    }

    private static boolean matches(Rule rule, JsonNode event) {
        return rule.when().fields().entrySet().stream().allMatch(c -> holds(event, c.getKey(), c.getValue()))
                && rule.when().except().entrySet().stream().noneMatch(c -> holds(event, c.getKey(), c.getValue()));
    }

    private static boolean holds(JsonNode event, String path, JsonNode wanted) {
        JsonNode value = at(event, path);
        if (!mentioned(value)) {
            return false;
        }
        if (wanted.isArray()) {
            for (JsonNode one : wanted) {
                if (one.asText().equals(value.asText())) {
                    return true;
                }
            }
            return false;
        }
        return wanted.asText().equals(value.asText());
    }

    private static JsonNode at(JsonNode event, String path) {
        JsonNode node = event;
        for (String name : path.split("\\.", -1)) {
            node = node.path(name);
        }
        return node;
    }

    private static Instant happenedAt(Rule rule, JsonNode event, Instant otherwise) {
        for (String path : rule.happenedAt()) {
            JsonNode value = at(event, path);
            if (value.isTextual()) {
                try {
                    return Instant.parse(value.asText());
                } catch (DateTimeParseException e) {
                    // the schema was checked before; a date without time simply does not count
                }
            }
        }
        return otherwise;
    }

    private Candidate candidate(Rule rule, Tenant tenant, CanonicalMessage message, JsonNode json, Instant happenedAt) {
        CanonicalEvent event = message.event();
        JsonNode person = at(json, rule.to());
        Party recipient = person.isObject() ? party(person) : NOBODY;
        String language = language(rule, tenant);
        JsonNode reference = rule.reference() == null ? null : at(json, rule.reference());
        List<PlannedStep> plan = plan(rule, tenant, recipient);
        return new Candidate(
                tenant.key(),
                rule,
                fill(rule.cause(), event, json),
                event.subject(),
                reference == null || !reference.isValueNode() || reference.isNull() ? null : reference.asText(),
                language,
                recipient,
                variables(rule, tenant, json, language),
                plan,
                plan.isEmpty() ? rule.channels().get(0).channel() : plan.get(0).channel(),
                event.id(),
                happenedAt,
                message.origin() == null ? null : message.origin().receiptId());
    }

    private static Party party(JsonNode person) {
        try {
            return MAPPER.treeToValue(person, Party.class);
        } catch (JsonProcessingException e) {
            return NOBODY;
        }
    }

    private static String fill(String template, CanonicalEvent event, JsonNode json) {
        return PLACE.matcher(template).replaceAll(found -> {
            String name = found.group(1);
            JsonNode value = "subject".equals(name) ? null : at(json, name);
            String text =
                    value == null ? event.subject() : value.isValueNode() && !value.isNull() ? value.asText() : "";
            if (text.isBlank() && found.group(2) != null) {
                text = found.group(2);
            }
            return Matcher.quoteReplacement(text);
        });
    }

    private String language(Rule rule, Tenant tenant) {
        String wanted = settings.language(tenant.key());
        String language = wanted == null ? tenant.language() : wanted;
        if (rule.languages().contains(language)) {
            return language;
        }
        String primary = Texts.primary(language);
        return rule.languages().contains(primary)
                ? primary
                : rule.languages().get(rule.languages().size() - 1);
    }

    private Map<String, String> variables(Rule rule, Tenant tenant, JsonNode json, String language) {
        Map<String, String> values = new LinkedHashMap<>();
        rule.variables().forEach((name, variable) -> {
            String value = "tenant.name".equals(variable.path())
                    ? tenant.name()
                    : value(variable, at(json, variable.path()), tenant, language);
            if ((value == null || value.isBlank()) && variable.fallback() != null) {
                value = variable.fallback()
                        .getOrDefault(language, variable.fallback().get("*"));
            }
            if (value != null && !value.isBlank()) {
                values.put(name, value.strip());
            }
        });
        return values;
    }

    private static @Nullable String value(Rule.Variable variable, JsonNode node, Tenant tenant, String language) {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        return switch (variable.format()) {
            case TEXT -> node.isValueNode() ? node.asText() : null;
            case MONEY -> money(node, language, false);
            case MONEY_DUE -> money(node, language, true);
            case DATE -> date(node.asText(), tenant, language);
        };
    }

    private static @Nullable String money(JsonNode node, String language, boolean onlyDue) {
        if (!node.hasNonNull("amountMinor") || !node.hasNonNull("currency")) {
            return null;
        }
        Money money =
                new Money(node.get("amountMinor").asLong(), node.get("currency").asText());
        return onlyDue && !money.isPositive() ? null : Texts.money(money, language);
    }

    private static @Nullable String date(String text, Tenant tenant, String language) {
        try {
            return text.length() == 10
                    ? Texts.date(LocalDate.parse(text).atStartOfDay(tenant.timeZone()), language)
                    : Texts.date(Instant.parse(text), tenant.timeZone(), language);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private List<PlannedStep> plan(Rule rule, Tenant tenant, Party recipient) {
        List<PlannedStep> plan = new ArrayList<>();
        for (Rule.Step step : rule.channels()) {
            String provider = PlannedStep.provider(step.channel());
            if (tenant.connectors().contains(provider)) {
                address(step.channel(), recipient, tenant)
                        .ifPresent(address -> plan.add(new PlannedStep(
                                step.channel(),
                                provider,
                                address,
                                step.deadline() == null ? null : step.deadline().toSeconds(),
                                step.onUnknown())));
            }
        }
        return plan;
    }

    private Optional<String> address(Channel channel, Party recipient, Tenant tenant) {
        if (channel == Channel.EMAIL) {
            return Optional.ofNullable(recipient.email()).map(String::strip).filter(mail -> EMAIL.matcher(mail)
                    .matches());
        }
        for (String phone : new String[] {recipient.phone(), recipient.secondPhone()}) {
            if (phone != null && textable(phone, tenant.country())) {
                return Optional.of(phone);
            }
        }
        return Optional.empty();
    }

    /** A landline takes the money for an SMS and shows it to nobody. */
    private boolean textable(String phone, String country) {
        try {
            PhoneNumber number = phones.parse(phone, country);
            return phone.startsWith("+")
                    && phones.isValidNumber(number)
                    && TEXTABLE.contains(phones.getNumberType(number));
        } catch (NumberParseException e) {
            return false;
        }
    }
}
