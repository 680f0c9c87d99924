package dev.wasl.hub.notify;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Notification.Status;
import dev.wasl.hub.tenant.Tenants;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMultipart;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.stereotype.Component;

/** E-mail through the tenant's own mail server. SMTP knows no receipts: the server's 250 is the last word. */
@Component
class SmtpMessages implements Provider {

    private static final int PORT_WITH_TLS_FROM_THE_START = 465;

    private final Tenants tenants;
    private final Sinks sinks;
    private final Templates templates;
    private final NotifySettings settings;
    private final Clock clock;
    private final Map<String, Sinks.Sink> ready = new ConcurrentHashMap<>();

    SmtpMessages(Tenants tenants, Sinks sinks, Templates templates, NotifySettings settings, Clock clock) {
        this.tenants = tenants;
        this.sinks = sinks;
        this.templates = templates;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "smtp";
    }

    @Override
    public void open(String tenant) {
        ready.computeIfAbsent(tenant, key -> sink(key, account(key)));
    }

    @Override
    public Prepared prepare(Notice notice, int attemptNo) {
        open(notice.tenant);
        SmtpSettings account = account(notice.tenant);
        Templates.Mail mail = templates.mail(notice.template, notice.language, notice.variables);
        try {
            InternetAddress from = new InternetAddress(account.from(), true);
            if (from.getPersonal() == null) {
                from.setPersonal(tenants.get(notice.tenant).name(), StandardCharsets.UTF_8.name());
            }
            OutgoingMail message = new OutgoingMail();
            message.setFrom(from);
            message.setRecipient(
                    Message.RecipientType.TO,
                    new InternetAddress(notice.current().address(), true));
            message.setSubject(mail.subject(), StandardCharsets.UTF_8.name());
            message.setSentDate(Date.from(clock.instant()));
            message.setContentLanguage(new String[] {notice.language});
            message.setHeader("Auto-Submitted", "auto-generated");
            message.setHeader("X-Entity-Ref-ID", notice.id.toString());
            MimeBodyPart text = new MimeBodyPart();
            text.setText(mail.text(), StandardCharsets.UTF_8.name());
            MimeBodyPart html = new MimeBodyPart();
            html.setText(mail.html(), StandardCharsets.UTF_8.name(), "html");
            message.setContent(new MimeMultipart("alternative", text, html));
            String host = from.getAddress().substring(from.getAddress().indexOf('@') + 1);
            message.setHeader("Message-ID", "<" + notice.id + '.' + attemptNo + '@' + host + '>');
            message.saveChanges();
            byte[] content =
                    (mail.subject() + '\n' + mail.text() + '\n' + mail.html()).getBytes(StandardCharsets.UTF_8);
            return new Prepared(message, HttpOutcomes.sha256(content), null);
        } catch (MessagingException | java.io.UnsupportedEncodingException e) {
            throw new HubException(
                    ErrorCode.TEMPLATE_BROKEN,
                    "the e-mail " + notice.template + " cannot be made: " + e.getMessage(),
                    e);
        }
    }

    @Override
    public Outcome send(String tenant, Prepared message) {
        OutgoingMail mail = (OutgoingMail) message.body();
        Sinks.Answer answer = Objects.requireNonNull(ready.get(tenant)).send(mail);
        if (answer.failure() != null) {
            return SmtpReplies.judge(answer.failure(), mail.written());
        }
        if (!mail.written()) {
            return new Outcome.Unclear("the mail component did not say what it did");
        }
        try {
            return new Outcome.Accepted(mail.getMessageID(), Status.SENT);
        } catch (MessagingException e) {
            return new Outcome.Unclear("the Message-ID cannot be read back");
        }
    }

    private SmtpSettings account(String tenant) {
        SmtpSettings account = tenants.settings(tenant, name(), SmtpSettings.class)
                .orElseThrow(() -> new HubException(ErrorCode.CONFIGURATION, tenant + " has no connector smtp"));
        if (account.host().isEmpty() || account.from().isEmpty()) {
            throw new HubException(
                    ErrorCode.CONFIGURATION, "wasl.tenants." + tenant + ".connectors.smtp needs host and from");
        }
        return account;
    }

    private Sinks.Sink sink(String tenant, SmtpSettings account) {
        boolean tls = account.port() == PORT_WITH_TLS_FROM_THE_START;
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("host", account.host());
        properties.put("port", account.port());
        properties.put("protocol", tls ? "smtps" : "smtp");
        properties.put("username", account.username().isEmpty() ? null : account.username());
        properties.put("password", account.password().isEmpty() ? null : account.password());
        properties.put("startTls", account.starttls() && !tls);
        properties.put("connectTimeout", settings.connectTimeout().toMillis());
        properties.put("readTimeout", settings.readTimeout().toMillis());
        return sinks.sink("smtp-message-sink", tenant, properties);
    }

    /**
     * A tenant's mail server.
     *
     * @param from the sender's address, with or without a name
     * @param starttls whether the connection must be upgraded to TLS; port 465 has TLS anyway
     */
    record SmtpSettings(
            @DefaultValue("") String host,
            @DefaultValue("587") int port,
            @DefaultValue("") String username,
            @DefaultValue("") String password,
            @DefaultValue("") String from,
            @DefaultValue("true") boolean starttls) {

        SmtpSettings {
            host = host.strip();
            username = username.strip();
            password = password.strip();
            from = from.strip();
        }
    }
}
