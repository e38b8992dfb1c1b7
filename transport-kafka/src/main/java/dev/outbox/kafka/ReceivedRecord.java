package dev.outbox.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outbox.Message;
import dev.outbox.MessageLimits;
import dev.outbox.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Kafka records as messages, whoever wrote them: what {@link CloudEvents} wrote comes back as it was, and for every other record there is a message too.
 * Never fails.
 *
 * <p>What a stranger's record lacks, or has in a form that a message cannot hold:
 *
 * <ul>
 *   <li>id: {@code topic/partition/offset/timestamp}, the same whenever this record is read, but another when its sender repeats it; of a topic with a long
 *       name, a digest of that
 *   <li>type: the destination's name
 *   <li>content type: {@code application/octet-stream}
 *   <li>key that is not plain text of 1 to 255 bytes: {@code base64:} and the bytes, or {@code sha256:} and their digest if that is too long; an empty key is
 *       none
 *   <li>value null (a tombstone): no bytes, and the header {@code kafka.tombstone} is {@code true}
 *   <li>header whose value is not plain text: {@code base64:} and the bytes; of several of a name the last; a header without a value is left out
 *   <li>header whose name a message cannot have: the odd characters become {@code _}, and it begins with {@code kafka.} if its prefix is reserved;
 *       CloudEvents' other attributes, such as {@code ce_subject}, become {@code cloudevents.subject}
 * </ul>
 */
final class ReceivedRecord {
    private static final String TOMBSTONE = "kafka.tombstone";
    private static final int MAX_HEADER_NAME = dev.outbox.Headers.MAX_NAME_LENGTH;

    private final ConsumerRecord<byte[], byte[]> received;
    private final String destination;
    private final Map<String, String> envelope = new LinkedHashMap<>();
    private final Map<String, String> headers = new LinkedHashMap<>();

    private ReceivedRecord(ConsumerRecord<byte[], byte[]> received, String destination) {
        this.received = received;
        this.destination = destination;
    }

    /** The message in {@code received}, whose topic is that of {@code destination}. */
    static Message message(ConsumerRecord<byte[], byte[]> received, String destination) {
        return new ReceivedRecord(received, destination).message();
    }

    private Message message() {
        for (Header header : received.headers()) {
            sort(header);
        }
        byte @Nullable [] value = received.value();
        if (value == null) {
            headers.put(TOMBSTONE, "true");
        }
        Message.Builder message = Message.to(destination)
                .id(name(CloudEvents.ID).orElseGet(this::coordinates))
                .key(key())
                .type(name(CloudEvents.TYPE).orElse(destination));
        name(CloudEvents.CORRELATION).ifPresent(message::correlationId);
        name(CloudEvents.CAUSATION).ifPresent(message::causationId);
        headers.forEach(message::header);
        String contentType = name(CloudEvents.CONTENT_TYPE).orElse("application/octet-stream");
        return message.payload(contentType, value == null ? Payload.empty() : Payload.wrap(value));
    }

    private void sort(Header header) {
        byte[] value = header.value();
        if (value == null) {
            return;
        }
        String text = text(value);
        switch (header.key()) {
            case CloudEvents.CONTENT_TYPE -> {
                @Nullable String earlier = envelope.put(CloudEvents.CONTENT_TYPE, text);
                if (earlier != null) {
                    headers.put(CloudEvents.CONTENT_TYPE, earlier);
                }
            }
            case CloudEvents.ID, CloudEvents.TYPE, CloudEvents.CORRELATION, CloudEvents.CAUSATION ->
                envelope.put(header.key(), text);
            case CloudEvents.SOURCE, CloudEvents.VERSION, CloudEvents.TIME -> {
                // About the sending, not part of the message.
            }
            case CloudEvents.PREFIX + CloudEvents.TRACE_PARENT -> headers.putIfAbsent(CloudEvents.TRACE_PARENT, text);
            case CloudEvents.PREFIX + CloudEvents.TRACE_STATE -> headers.putIfAbsent(CloudEvents.TRACE_STATE, text);
            default -> headers.put(headerName(header.key()), text);
        }
    }

    private static String headerName(String name) {
        String prefixed = name.startsWith(CloudEvents.PREFIX)
                ? "cloudevents." + name.substring(CloudEvents.PREFIX.length())
                : name.isEmpty() || name.startsWith("ce-") || name.startsWith("outbox-") ? "kafka." + name : name;
        String plain = prefixed.replaceAll("[^A-Za-z0-9._-]", "_");
        return plain.substring(0, Math.min(plain.length(), MAX_HEADER_NAME));
    }

    /** A part of the envelope, if it is there and fit to be one. */
    private Optional<String> name(String header) {
        return Optional.ofNullable(envelope.get(header)).filter(text -> fits(text.getBytes(UTF_8)));
    }

    private String coordinates() {
        String all =
                received.topic() + "/" + received.partition() + "/" + received.offset() + "/" + received.timestamp();
        byte[] bytes = all.getBytes(UTF_8);
        return fits(bytes) ? all : digest(bytes);
    }

    private @Nullable String key() {
        byte @Nullable [] key = received.key();
        if (key == null || key.length == 0) {
            return null;
        }
        String text = text(key);
        return fits(text.getBytes(UTF_8)) ? text : digest(key);
    }

    private static boolean fits(byte[] name) {
        return name.length > 0 && name.length <= MessageLimits.MAX_NAME_BYTES;
    }

    private static String digest(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }

    /** The bytes as UTF-8 if they are that and have no control characters, else in Base64. */
    private static String text(byte[] bytes) {
        try {
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            if (text.chars().noneMatch(Character::isISOControl)) {
                return text;
            }
        } catch (CharacterCodingException notText) {
            // Shown as what it is.
        }
        return "base64:" + Base64.getEncoder().encodeToString(bytes);
    }
}
