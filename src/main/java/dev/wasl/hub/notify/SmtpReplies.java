package dev.wasl.hub.notify;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;

/**
 * Tells what a failed e-mail proves: the enhanced status code first (RFC 3463), then the reply code (RFC 5321), then how
 * far the sending got.
 */
final class SmtpReplies {

    private static final Pattern ENHANCED = Pattern.compile("\\b([245])\\.(\\d{1,3})\\.(\\d{1,3})\\b");
    private static final Pattern LEADING_CODE = Pattern.compile("^\\s*([245]\\d\\d)[ -]");
    private static final Duration DAILY_QUOTA = Duration.ofHours(24);
    private static final Duration THROTTLED = Duration.ofHours(1);
    private static final Duration GREYLISTED = Duration.ofMinutes(5);

    private SmtpReplies() {}

    /**
     * Judges the exception of a failed sending.
     *
     * @param written whether the server had every byte
     */
    static Outcome judge(Throwable failure, boolean written) {
        Reply reply = reply(failure);
        if (reply == null) {
            if (written) {
                return new Outcome.Unclear("the connection was lost after the message was sent");
            }
            String text = String.valueOf(failure.getMessage());
            if (text.contains("STARTTLS is required")) {
                return new Outcome.Refused(Refusal.CONFIG, "STARTTLS", HttpOutcomes.shorten(text), null);
            }
            return new Outcome.Refused(Refusal.TRANSIENT, "UNREACHABLE", HttpOutcomes.shorten(text), null);
        }
        return judge(reply.code(), reply.text(), reply.authentication());
    }

    /** Judges a server's reply. */
    static Outcome judge(int code, String text, boolean authentication) {
        String detail = HttpOutcomes.shorten(text);
        String lower = text.toLowerCase(Locale.ROOT);
        Matcher found = ENHANCED.matcher(text);
        String enhanced = found.find() ? found.group() : "";
        String shown = enhanced.isEmpty() ? String.valueOf(code) : enhanced;
        if (enhanced.equals("5.4.5")) {
            // Gmail's daily limit: a 5xx that is tomorrow's work
            return new Outcome.Refused(Refusal.THROTTLED, shown, detail, DAILY_QUOTA);
        }
        if (code >= 400 && code < 500) {
            if (lower.contains("throttling") || lower.contains("quota exceeded")) {
                return new Outcome.Refused(Refusal.THROTTLED, shown, detail, THROTTLED);
            }
            boolean later = code == 421 || code == 450 || code == 451 || code == 452;
            return new Outcome.Refused(Refusal.TRANSIENT, shown, detail, later ? GREYLISTED : null);
        }
        if (authentication || code == 530 || code == 534 || code == 535 || enhanced.startsWith("5.7.8")) {
            return new Outcome.Refused(Refusal.CONFIG, shown, detail, null);
        }
        if (lower.contains("not verified")) {
            // SES in its sandbox: about the account, not about the person
            return new Outcome.Refused(Refusal.CONFIG, shown, detail, null);
        }
        if (enhanced.equals("5.2.2") || (code == 554 && enhanced.isEmpty() && lower.contains("no service"))) {
            return new Outcome.Refused(Refusal.TRANSIENT, shown, detail, THROTTLED);
        }
        if (enhanced.startsWith("5.1.") || enhanced.startsWith("5.2.") || (enhanced.isEmpty() && code == 550)) {
            return new Outcome.Refused(Refusal.RECIPIENT, shown, detail, null);
        }
        return new Outcome.Refused(Refusal.CONTENT, shown, detail, null);
    }

    /** The most telling reply among an exception, its causes and the exceptions chained to it. */
    private static @org.jspecify.annotations.Nullable Reply reply(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> open = new ArrayDeque<>();
        open.add(failure);
        Reply best = null;
        while (!open.isEmpty()) {
            Throwable next = open.poll();
            if (!seen.add(next)) {
                continue;
            }
            Reply found = null;
            String text = String.valueOf(next.getMessage());
            if (next instanceof SMTPAddressFailedException address) {
                // what the server said about the person tells more than the failure of the whole
                return new Reply(address.getReturnCode(), text, false);
            } else if (next instanceof SMTPSenderFailedException sender) {
                found = new Reply(sender.getReturnCode(), text, false);
            } else if (next instanceof SMTPSendFailedException send && send.getReturnCode() >= 400) {
                found = new Reply(send.getReturnCode(), text, false);
            } else if (next instanceof AuthenticationFailedException) {
                Matcher code = LEADING_CODE.matcher(text);
                found = new Reply(code.find() ? Integer.parseInt(code.group(1)) : 535, text, true);
            } else if (next instanceof MessagingException && text.contains("bad greeting")) {
                found = new Reply(421, text, false);
            }
            if (best == null) {
                best = found;
            }
            if (next.getCause() != null) {
                open.add(next.getCause());
            }
            if (next instanceof MessagingException chained && chained.getNextException() != null) {
                open.add(chained.getNextException());
            }
        }
        return best != null && best.code() >= 400 ? best : null;
    }

    private record Reply(int code, String text, boolean authentication) {}
}
