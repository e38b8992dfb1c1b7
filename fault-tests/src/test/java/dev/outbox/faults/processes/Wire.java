package dev.outbox.faults.processes;

import dev.outbox.Message;
import dev.outbox.Payload;
import dev.outbox.spi.Outgoing;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;

/** How a message travels from a relay's process to the {@link Destination}. */
final class Wire {
    private static final int MAX_BYTES = 1 << 20;

    private Wire() {}

    /** What arrives: the sending's token, how often the message was charged before, and the message. */
    record Sent(long token, int charged, Message message) {}

    static void write(DataOutputStream to, Outgoing outgoing) throws IOException {
        Message message = outgoing.message();
        to.writeLong(outgoing.token());
        to.writeInt(outgoing.attempt() - 1);
        to.writeUTF(message.id());
        to.writeUTF(message.destination());
        to.writeUTF(message.key().orElseThrow());
        to.writeUTF(message.type());
        to.writeUTF(message.contentType());
        Map<String, String> headers = message.headers().asMap();
        to.writeInt(headers.size());
        for (Map.Entry<String, String> header : headers.entrySet()) {
            to.writeUTF(header.getKey());
            to.writeUTF(header.getValue());
        }
        byte[] payload = message.payload().toByteArray();
        to.writeInt(payload.length);
        to.write(payload);
    }

    static Sent read(DataInputStream from) throws IOException {
        long token = from.readLong();
        int charged = from.readInt();
        String id = from.readUTF();
        Message.Builder message =
                Message.to(from.readUTF()).id(id).key(from.readUTF()).type(from.readUTF());
        String contentType = from.readUTF();
        for (int headers = from.readInt(); headers > 0; headers--) {
            message.header(from.readUTF(), from.readUTF());
        }
        int length = from.readInt();
        if (length < 0 || length > MAX_BYTES) {
            throw new IOException("A payload of " + length + " bytes");
        }
        byte[] payload = new byte[length];
        from.readFully(payload);
        return new Sent(token, charged, message.payload(contentType, Payload.wrap(payload)));
    }
}
