package dev.wasl.hub.notify;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Properties;

/**
 * A finished e-mail that knows how far its sending got. The mail library throws the same exception for a connection lost
 * before the message and after its final dot; only the message itself can tell the two apart.
 */
final class OutgoingMail extends MimeMessage {

    private volatile boolean written;

    OutgoingMail() {
        super(Session.getInstance(new Properties()));
    }

    @Override
    public void writeTo(OutputStream out, String[] ignoreList) throws IOException, MessagingException {
        super.writeTo(out, ignoreList);
        written = true;
    }

    /** Whether every byte was handed to the server, so that it may have taken the message. */
    boolean written() {
        return written;
    }

    @Override
    protected void updateMessageID() {
        // the Message-ID is ours: it identifies the attempt, and a repetition keeps it
    }
}
