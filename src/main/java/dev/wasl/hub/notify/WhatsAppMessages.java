package dev.wasl.hub.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.tenant.Tenants;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.stereotype.Component;

/** Approved templates through Meta's WhatsApp Cloud API: outside a conversation nothing else may be sent. */
@Component
class WhatsAppMessages implements Provider {

    private static final int MAX_PARAMETER = 1024;

    private final JsonMapper mapper = new JsonMapper();
    private final Tenants tenants;
    private final Sinks sinks;
    private final NotificationRules rules;
    private final NotifySettings settings;
    private final Clock clock;
    private final Map<String, Sinks.Sink> ready = new ConcurrentHashMap<>();

    WhatsAppMessages(Tenants tenants, Sinks sinks, NotificationRules rules, NotifySettings settings, Clock clock) {
        this.tenants = tenants;
        this.sinks = sinks;
        this.rules = rules;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "whatsapp";
    }

    @Override
    public void open(String tenant) {
        ready.computeIfAbsent(tenant, key -> sink(key, account(key)));
    }

    @Override
    public Prepared prepare(Notice notice, int attemptNo) {
        open(notice.tenant);
        Rule.WhatsAppTemplate approved = rules.find(notice.rule)
                .map(Rule::whatsapp)
                .orElseThrow(() -> new HubException(
                        ErrorCode.TEMPLATE_BROKEN, "rule " + notice.rule + " has no whatsapp template any more"));
        String code = approved.languages().get(notice.language);
        if (code == null) {
            throw new HubException(
                    ErrorCode.TEMPLATE_BROKEN,
                    "rule " + notice.rule + ": no approved language code for " + notice.language);
        }
        ObjectNode message = mapper.createObjectNode();
        message.put("messaging_product", "whatsapp");
        message.put("recipient_type", "individual");
        message.put("to", notice.current().address());
        message.put("type", "template");
        message.put("biz_opaque_callback_data", "n=" + notice.id + ";a=" + attemptNo);
        ObjectNode template = message.putObject("template");
        template.put("name", approved.template());
        template.putObject("language").put("code", code);
        ObjectNode body = template.putArray("components").addObject().put("type", "body");
        ArrayNode parameters = body.putArray("parameters");
        for (String name : approved.parameters()) {
            String value = Texts.parameter(notice.variables.getOrDefault(name, ""), MAX_PARAMETER);
            if (value.isEmpty()) {
                throw new HubException(
                        ErrorCode.TEMPLATE_BROKEN,
                        "rule " + notice.rule + ": nothing is known for the parameter " + name);
            }
            parameters.addObject().put("type", "text").put("text", value);
        }
        try {
            byte[] bytes = mapper.writeValueAsBytes(message);
            return new Prepared(bytes, HttpOutcomes.sha256(bytes), null);
        } catch (JsonProcessingException e) {
            throw new HubException(ErrorCode.TEMPLATE_BROKEN, "rule " + notice.rule + ": not expressible", e);
        }
    }

    @Override
    public Outcome send(String tenant, Prepared message) {
        Sinks.Answer answer = Objects.requireNonNull(ready.get(tenant)).send(message.body());
        if (answer.status() == null) {
            return HttpOutcomes.failure(answer.failure());
        }
        JsonNode json = HttpOutcomes.json(answer.body());
        int status = answer.status();
        if (status >= 200 && status < 300) {
            return HttpOutcomes.acceptance(
                    status, json.path("messages").path(0).path("id").asText(""));
        }
        JsonNode error = json.path("error");
        String detail = error.path("error_data")
                .path("details")
                .asText(error.path("message").asText("HTTP " + status));
        return HttpOutcomes.refusal(
                name(),
                status,
                error.path("code").isIntegralNumber() ? error.path("code").asText() : null,
                HttpOutcomes.shorten(detail),
                HttpOutcomes.retryAfter(answer.retryAfter(), clock));
    }

    private WhatsAppSettings account(String tenant) {
        WhatsAppSettings account = tenants.settings(tenant, name(), WhatsAppSettings.class)
                .orElseThrow(() -> new HubException(ErrorCode.CONFIGURATION, tenant + " has no connector whatsapp"));
        if (account.phoneNumberId().isEmpty() || account.accessToken().isEmpty()) {
            throw new HubException(
                    ErrorCode.CONFIGURATION,
                    "wasl.tenants." + tenant + ".connectors.whatsapp needs phone-number-id and access-token");
        }
        return account;
    }

    private Sinks.Sink sink(String tenant, WhatsAppSettings account) {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("baseUrl", account.baseUrl());
        properties.put("apiVersion", account.apiVersion());
        properties.put("phoneNumberId", account.phoneNumberId());
        properties.put("accessToken", account.accessToken());
        properties.put("connectTimeout", settings.connectTimeout().toMillis());
        properties.put("readTimeout", settings.readTimeout().toMillis());
        return sinks.sink("whatsapp-message-sink", tenant, properties);
    }

    /**
     * A tenant's WhatsApp Business sender.
     *
     * @param apiVersion Graph versions expire about two years after their release
     */
    record WhatsAppSettings(
            @DefaultValue("https://graph.facebook.com") String baseUrl,
            @DefaultValue("v23.0") String apiVersion,
            @DefaultValue("") String phoneNumberId,
            @DefaultValue("") String accessToken) {

        WhatsAppSettings {
            baseUrl = baseUrl.strip().replaceAll("/+$", "");
            apiVersion = apiVersion.strip();
            phoneNumberId = phoneNumberId.strip();
            accessToken = accessToken.strip();
        }
    }
}
