package dev.wasl.hub.sandbox;

import com.icegreen.greenmail.configuration.GreenMailConfiguration;
import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Clock;

/** A mail server that accepts everything, keeps the last few messages to look at, and stores none. */
final class Mailbox {

    private final Clock clock;
    private final GreenMail server;

    Mailbox(int port, Clock clock, Ring<Message> messages) {
        this.clock = clock;
        this.server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.withConfiguration(GreenMailConfiguration.aConfig().withDisabledAuthentication());
        server.getUserManager().setMessageDeliveryHandler((mail, recipient) -> {
            messages.add(read(mail, recipient.getEmail()));
            return Sink.INSTANCE;
        });
        try {
            server.start();
        } catch (RuntimeException e) {
            throw new HubException(
                    ErrorCode.CONFIGURATION,
                    "the sandbox's mail server cannot listen on port " + port + "; set wasl.sandbox.smtp-port",
                    e);
        }
    }

    int port() {
        return server.getSmtp().getPort();
    }

    void stop() {
        server.stop();
    }

    private Message read(MovingMessage mail, String recipient) throws MessagingException {
        MimeMessage mime = mail.getMessage();
        Message message = new Message(
                clock.instant(),
                "email",
                "",
                mime.getMessageID() == null ? "" : mime.getMessageID(),
                mail.getReturnPath() == null ? "" : mail.getReturnPath().getEmail(),
                recipient,
                "Subject: " + mime.getSubject() + "\n\n" + text(mime));
        message.became("delivered");
        return message;
    }

    private static String text(MimeMessage mime) throws MessagingException {
        try {
            Object content = mime.getContent();
            if (content instanceof Multipart parts) {
                return firstText(parts);
            }
            return String.valueOf(content);
        } catch (IOException e) {
            return "(unreadable: " + e.getMessage() + ')';
        }
    }

    private static String firstText(Multipart parts) throws MessagingException, IOException {
        for (int i = 0; i < parts.getCount(); i++) {
            BodyPart part = parts.getBodyPart(i);
            if (part.isMimeType("text/*")) {
                return String.valueOf(part.getContent());
            }
            if (part.getContent() instanceof Multipart nested) {
                return firstText(nested);
            }
        }
        return "";
    }

    /** A user whose mail goes nowhere, so that memory does not grow. */
    private enum Sink implements GreenMailUser {
        INSTANCE;

        @Override
        public String getEmail() {
            return "everybody@sandbox.invalid";
        }

        @Override
        public String getLogin() {
            return getEmail();
        }

        @Override
        public void deliver(MovingMessage message) {
            // Already read.
        }

        @Override
        public void deliver(MimeMessage message) {
            // Already read.
        }

        @Override
        public void create() {
            // Nothing to keep.
        }

        @Override
        public void delete() {
            // Nothing was kept.
        }

        @Override
        public String getPassword() {
            return "";
        }

        @Override
        public void setPassword(String password) {
            // Anybody may send.
        }

        @Override
        public void authenticate(String password) {
            // Anybody may send.
        }

        @Override
        public String getQualifiedMailboxName() {
            return "everybody";
        }
    }
}
