package dev.wasl.hub.flow;

import dev.wasl.hub.intake.InboundMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Several received messages as the body of one broker message, see {@link Bundles}. */
final class InboundBundle {

    private static final int FORMAT = 1;

    private InboundBundle() {}

    static List<List<InboundMessage>> split(List<InboundMessage> messages) {
        return Bundles.split(messages, message -> message.body().length);
    }

    static byte[] write(List<InboundMessage> messages) {
        int size = Integer.BYTES;
        for (InboundMessage message : messages) {
            size += message.body().length + Bundles.OVERHEAD;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(size);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeInt(messages.size());
            for (InboundMessage message : messages) {
                write(message, out);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("a message cannot be bundled", e);
        }
        return bytes.toByteArray();
    }

    private static void write(InboundMessage message, DataOutputStream out) throws IOException {
        out.writeLong(message.receiptId().getMostSignificantBits());
        out.writeLong(message.receiptId().getLeastSignificantBits());
        out.writeUTF(message.messageId());
        out.writeUTF(message.tenant());
        out.writeUTF(message.connector());
        out.writeUTF(message.kind().name());
        Instant receivedAt = message.receivedAt();
        out.writeLong(receivedAt.getEpochSecond());
        out.writeInt(receivedAt.getNano());
        out.writeUTF(message.contentType());
        out.writeShort(message.headers().size());
        for (Map.Entry<String, String> header : message.headers().entrySet()) {
            out.writeUTF(header.getKey());
            out.writeUTF(header.getValue());
        }
        out.writeInt(message.body().length);
        out.write(message.body());
    }

    /**
     * Reads a body that {@link #write} wrote.
     *
     * @throws IllegalArgumentException for any other
     */
    static List<InboundMessage> read(byte[] body) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
            if (in.readByte() != FORMAT) {
                throw new IllegalArgumentException("not a bundle of this version");
            }
            int count = in.readInt();
            List<InboundMessage> messages = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                messages.add(read(in));
            }
            if (in.available() > 0) {
                throw new IllegalArgumentException("a bundle is longer than it says");
            }
            return messages;
        } catch (IOException e) {
            throw new IllegalArgumentException("a bundle ends early", e);
        }
    }

    private static InboundMessage read(DataInputStream in) throws IOException {
        UUID receiptId = new UUID(in.readLong(), in.readLong());
        String messageId = in.readUTF();
        String tenant = in.readUTF();
        String connector = in.readUTF();
        InboundMessage.Kind kind = InboundMessage.Kind.valueOf(in.readUTF());
        Instant receivedAt = Instant.ofEpochSecond(in.readLong(), in.readInt());
        String contentType = in.readUTF();
        int headerCount = in.readUnsignedShort();
        Map<String, String> headers = new HashMap<>();
        for (int i = 0; i < headerCount; i++) {
            headers.put(in.readUTF(), in.readUTF());
        }
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IllegalArgumentException("a bundle ends early");
        }
        return new InboundMessage(
                receiptId, messageId, tenant, connector, kind, receivedAt, contentType, headers, in.readNBytes(length));
    }
}
