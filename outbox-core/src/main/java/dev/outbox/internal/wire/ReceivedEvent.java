package dev.outbox.internal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outbox.Headers;
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
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What came from a broker, on its way to be a message, whoever sent it: what a transport of ours wrote comes back as it was, and for everything else there is
 * a message too. Never fails.
 *
 * <p>What a stranger's message lacks, or has in a form that a message cannot hold:
 *
 * <ul>
 *   <li>id: its coordinates at the broker, the same whenever it is read, but others when its sender repeats it; a digest of them if they are too long
 *   <li>type: the destination's name
 *   <li>content type: {@code application/octet-stream}
 *   <li>key that is not plain text of 1 to 255 bytes: {@code base64:} and the bytes, or {@code sha256:} and their digest if that is too long; an empty key is
 *       none
 *   <li>header whose value is not plain text: {@code base64:} and the bytes; of several of a name the last
 *   <li>header whose name a message cannot have: the odd characters become {@code _}, and it begins with the broker's name and a dot if its prefix is
 *       reserved; CloudEvents' other attributes, such as {@code subject}, become {@code cloudevents.subject}
 * </ul>
 */
public final class ReceivedEvent {
    private static final Pattern ODD = Pattern.compile("[^A-Za-z0-9._-]");
    private static final int DELETE = 0x7F;
    /** A char takes at most three bytes. */
    private static final int SURELY_SHORT = MessageLimits.MAX_NAME_BYTES / 3;

    private final String broker;
    private final String destination;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private @Nullable String id;
    private @Nullable String type;
    private @Nullable String correlation;
    private @Nullable String causation;
    private @Nullable String contentType;
    private @Nullable String key;

    /** From a broker of this name in lower case, for {@code destination}. */
    public ReceivedEvent(String broker, String destination) {
        this.broker = broker;
        this.destination = destination;
    }

    /** An attribute of CloudEvents, without the binding's prefix. */
    public void attribute(String name, String text) {
        switch (name) {
            case EventAttributes.ID -> id = text;
            case EventAttributes.TYPE -> type = text;
            case EventAttributes.CORRELATION -> correlation = text;
            case EventAttributes.CAUSATION -> causation = text;
            case EventAttributes.SOURCE, EventAttributes.VERSION, EventAttributes.TIME -> {
                // About the sending, not part of the message.
            }
            case EventAttributes.TRACE_PARENT, EventAttributes.TRACE_STATE -> headers.putIfAbsent(name, text);
            default -> headers.put(fitting("cloudevents." + name), text);
        }
    }

    /** The media type; what was given for one before is a header of that name, which the application has set. */
    public void contentType(String text) {
        if (contentType != null) {
            headers.put(EventAttributes.CONTENT_TYPE, contentType);
        }
        contentType = text;
    }

    /** A header of the application, or of the broker. */
    public void header(String name, String text) {
        String plain = fitting(name);
        boolean reserved =
                plain.isEmpty() || Headers.isReserved(plain); // "ce:x" only becomes so when it is made to fit
        headers.put(reserved ? fitting(broker + "." + name) : plain, text);
    }

    /** The key; none if it is empty. */
    public void key(byte @Nullable [] bytes) {
        if (bytes == null || bytes.length == 0) {
            key = null;
        } else {
            String text = text(bytes);
            key = fits(text) ? text : digest(bytes);
        }
    }

    /** The message; its id is {@code coordinates}, or a digest of them, if it came without one. */
    public Message message(String coordinates, Payload payload) {
        return message(() -> coordinates, payload);
    }

    /** As {@link #message(String, Payload)}, with coordinates that are put together only if they are needed. */
    public Message message(Supplier<String> coordinates, Payload payload) {
        Message.Builder message = Message.to(destination)
                .id(fit(id).orElseGet(() -> fittingName(coordinates.get())))
                .key(key)
                .type(fit(type).orElse(destination))
                .headers(Headers.of(headers));
        fit(correlation).ifPresent(message::correlationId);
        fit(causation).ifPresent(message::causationId);
        return message.payload(fit(contentType).orElse("application/octet-stream"), payload);
    }

    /** The bytes as UTF-8 if they are that and have no control characters, else in Base64. */
    public static String text(byte[] bytes) {
        for (byte one : bytes) {
            if (one < ' ' || one == DELETE) {
                return unusualText(bytes);
            }
        }
        return new String(bytes, ISO_8859_1); // all ASCII, and so it is in nearly every message
    }

    private static String unusualText(byte[] bytes) {
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

    private static String fitting(String headerName) {
        String plain = ODD.matcher(headerName).replaceAll("_");
        return plain.substring(0, Math.min(plain.length(), Headers.MAX_NAME_LENGTH));
    }

    private static String fittingName(String name) {
        byte[] bytes = name.getBytes(UTF_8);
        String plain = text(bytes);
        return fits(plain) ? plain : digest(bytes);
    }

    /** A part of the envelope, if it is there and fit to be one. */
    private static Optional<String> fit(@Nullable String part) {
        return Optional.ofNullable(part).filter(ReceivedEvent::fits);
    }

    private static boolean fits(String name) {
        return !name.isEmpty()
                && (name.length() <= SURELY_SHORT || name.getBytes(UTF_8).length <= MessageLimits.MAX_NAME_BYTES);
    }

    private static String digest(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }
}
