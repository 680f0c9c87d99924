package dev.wasl.hub.notify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.tenant.Tenants;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.stereotype.Component;

/** SMS through Twilio's Messages resource. */
@Component
class TwilioMessages implements Provider {

    private static final int MAX_BODY = 1600;
    private static final long SHORTEST_VALIDITY = 5;
    private static final long LONGEST_VALIDITY = 36_000;

    private final Tenants tenants;
    private final Sinks sinks;
    private final Templates templates;
    private final NotifySettings settings;
    private final Clock clock;
    private final String publicUrl;
    private final Map<String, Sinks.Sink> ready = new ConcurrentHashMap<>();

    TwilioMessages(
            Tenants tenants,
            Sinks sinks,
            Templates templates,
            NotifySettings settings,
            Clock clock,
            @Value("${wasl.public-url}") String publicUrl) {
        this.tenants = tenants;
        this.sinks = sinks;
        this.templates = templates;
        this.settings = settings;
        this.clock = clock;
        this.publicUrl = publicUrl.replaceAll("/+$", "");
    }

    @Override
    public String name() {
        return "twilio";
    }

    @Override
    public void open(String tenant) {
        ready.computeIfAbsent(tenant, key -> sink(key, account(key)));
    }

    @Override
    public Prepared prepare(Notice notice, int attemptNo) {
        open(notice.tenant);
        TwilioSettings account = account(notice.tenant);
        String language = notice.language;
        String text = templates.sms(notice.template, language, notice.variables);
        if (settings.transliterate(notice.tenant) && !"ar".equals(Texts.primary(language))) {
            text = Texts.transliterate(text);
        }
        if (text.length() > MAX_BODY) {
            throw new HubException(
                    ErrorCode.TEMPLATE_BROKEN,
                    notice.template + ": the text has " + text.length() + " characters, Twilio takes " + MAX_BODY);
        }
        Map<String, String> form = new LinkedHashMap<>();
        form.put("To", notice.current().address());
        form.put(account.from().startsWith("MG") ? "MessagingServiceSid" : "From", account.from());
        form.put("Body", text);
        form.put(
                "StatusCallback",
                publicUrl + "/webhooks/" + notice.tenant + "/twilio?n=" + notice.id + "&a=" + attemptNo);
        // an SMS that is still under way when it makes no sense any more is dropped by the operator
        long validity = Duration.between(clock.instant(), notice.expiresAt).toSeconds();
        form.put("ValidityPeriod", String.valueOf(Math.max(SHORTEST_VALIDITY, Math.min(LONGEST_VALIDITY, validity))));
        byte[] body = encode(form).getBytes(StandardCharsets.US_ASCII);
        return new Prepared(
                body, HttpOutcomes.sha256(body), Texts.segments(text).segments());
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
            return HttpOutcomes.acceptance(status, json.path("sid").asText(""));
        }
        return HttpOutcomes.refusal(
                name(),
                status,
                json.path("code").isIntegralNumber() ? json.path("code").asText() : null,
                HttpOutcomes.shorten(json.path("message").asText("HTTP " + status)),
                HttpOutcomes.retryAfter(answer.retryAfter(), clock));
    }

    private TwilioSettings account(String tenant) {
        TwilioSettings account = tenants.settings(tenant, name(), TwilioSettings.class)
                .orElseThrow(() -> new HubException(ErrorCode.CONFIGURATION, tenant + " has no connector twilio"));
        if (account.accountSid().isEmpty()
                || account.authTokens().isEmpty()
                || account.from().isEmpty()) {
            throw new HubException(
                    ErrorCode.CONFIGURATION,
                    "wasl.tenants." + tenant + ".connectors.twilio needs account-sid, auth-tokens and from");
        }
        return account;
    }

    private Sinks.Sink sink(String tenant, TwilioSettings account) {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("baseUrl", account.baseUrl());
        properties.put("accountSid", account.accountSid());
        properties.put("authToken", account.authTokens().get(0));
        properties.put("connectTimeout", settings.connectTimeout().toMillis());
        properties.put("readTimeout", settings.readTimeout().toMillis());
        return sinks.sink("twilio-message-sink", tenant, properties);
    }

    private static String encode(Map<String, String> form) {
        StringJoiner encoded = new StringJoiner("&");
        form.forEach((name, value) -> encoded.add(name + '=' + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return encoded.toString();
    }

    /**
     * A tenant's Twilio account.
     *
     * @param authTokens the first one sends, all verify callbacks
     * @param from a number, an alphanumeric sender, or the id of a messaging service
     */
    record TwilioSettings(
            @DefaultValue("https://api.twilio.com") String baseUrl,
            @DefaultValue("") String accountSid,
            @DefaultValue List<String> authTokens,
            @DefaultValue("") String from) {

        TwilioSettings {
            baseUrl = baseUrl.strip().replaceAll("/+$", "");
            accountSid = accountSid.strip();
            authTokens = authTokens.stream()
                    .map(String::strip)
                    .filter(token -> !token.isEmpty())
                    .toList();
            from = from.strip();
        }
    }
}
