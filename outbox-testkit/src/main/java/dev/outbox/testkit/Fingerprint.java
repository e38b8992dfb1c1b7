package dev.outbox.testkit;

import dev.outbox.Headers;
import dev.outbox.Message;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/** What must not change on the way, with two hashes instead of the payload so that a history stays small. */
record Fingerprint(
        String destination,
        Optional<String> key,
        String type,
        String contentType,
        Headers headers,
        int size,
        long payloadHash) {
    static Fingerprint of(String destination, Message message) {
        byte[] bytes = message.payload().sharedBytes();
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return new Fingerprint(
                destination,
                message.key(),
                message.type(),
                message.contentType(),
                message.headers(),
                bytes.length,
                crc.getValue() << Integer.SIZE | Integer.toUnsignedLong(Arrays.hashCode(bytes)));
    }

    /** Names what differs from {@code other}, without values that may be secret. */
    String difference(Fingerprint other) {
        if (!destination.equals(other.destination)) {
            return "destination " + destination + " instead of " + other.destination;
        }
        if (!key.equals(other.key)) {
            return "key";
        }
        if (size != other.size || payloadHash != other.payloadHash) {
            return "payload (" + size + " bytes instead of " + other.size + ", or others)";
        }
        return headers.equals(other.headers) ? "type or content type" : "headers";
    }
}
