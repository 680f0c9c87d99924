package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.CanonicalMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Several canonical messages as the body of one broker message, see {@link Bundles}. */
final class CanonicalBundle {

    private static final int FORMAT = 1;

    private CanonicalBundle() {}

    /**
     * One canonical message as it travels. Tenant and id stand beside the JSON, so that it can be parked under its name even
     * where nothing can be read from it.
     *
     * @param messageId the event's id
     * @param origin the received message that it came from; null for what the hub says itself
     * @param json the event, UTF-8
     */
    record Part(
            String tenant, String connector, String messageId, CanonicalMessage.@Nullable Origin origin, byte[] json) {

        static Part of(CanonicalMessage message) {
            return new Part(
                    message.event().tenant(),
                    message.event().connector(),
                    message.event().id(),
                    message.origin(),
                    message.json());
        }
    }

    static List<List<CanonicalMessage>> split(List<CanonicalMessage> messages) {
        return Bundles.split(messages, message -> message.json().length);
    }

    static byte[] write(List<CanonicalMessage> messages) {
        int size = Integer.BYTES;
        for (CanonicalMessage message : messages) {
            size += message.json().length + Bundles.OVERHEAD;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(size);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeInt(messages.size());
            for (CanonicalMessage message : messages) {
                write(Part.of(message), out);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("a message cannot be bundled", e);
        }
        return bytes.toByteArray();
    }

    private static void write(Part part, DataOutputStream out) throws IOException {
        out.writeUTF(part.tenant());
        out.writeUTF(part.connector());
        out.writeUTF(part.messageId());
        CanonicalMessage.Origin origin = part.origin();
        out.writeBoolean(origin != null);
        if (origin != null) {
            out.writeLong(origin.receiptId().getMostSignificantBits());
            out.writeLong(origin.receiptId().getLeastSignificantBits());
            out.writeUTF(origin.connector());
            out.writeInt(origin.parts());
        }
        out.writeInt(part.json().length);
        out.write(part.json());
    }

    /**
     * Reads a body that {@link #write} wrote.
     *
     * @throws IllegalArgumentException for any other
     */
    static List<Part> read(byte[] body) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
            if (in.readByte() != FORMAT) {
                throw new IllegalArgumentException("not a bundle of this version");
            }
            int count = in.readInt();
            List<Part> parts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                parts.add(read(in));
            }
            if (in.available() > 0) {
                throw new IllegalArgumentException("a bundle is longer than it says");
            }
            return parts;
        } catch (IOException e) {
            throw new IllegalArgumentException("a bundle ends early", e);
        }
    }

    private static Part read(DataInputStream in) throws IOException {
        String tenant = in.readUTF();
        String connector = in.readUTF();
        String messageId = in.readUTF();
        CanonicalMessage.Origin origin = in.readBoolean()
                ? new CanonicalMessage.Origin(new UUID(in.readLong(), in.readLong()), in.readUTF(), in.readInt())
                : null;
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IllegalArgumentException("a bundle ends early");
        }
        return new Part(tenant, connector, messageId, origin, in.readNBytes(length));
    }
}
