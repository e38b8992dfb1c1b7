package dev.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * The bytes of a message. Immutable and safe for use by many threads; the relay moves them without looking inside.
 */
public final class Payload {
    private static final Payload EMPTY = new Payload(new byte[0]);

    private final byte[] bytes;

    private Payload(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A payload of no bytes. */
    public static Payload empty() {
        return EMPTY;
    }

    /** A copy of {@code bytes}. */
    public static Payload of(byte[] bytes) {
        return new Payload(Objects.requireNonNull(bytes, "bytes").clone());
    }

    /** The UTF-8 encoding of {@code text}; a lone surrogate becomes {@code ?}, as {@link String#getBytes} does. */
    public static Payload ofUtf8(String text) {
        return new Payload(Objects.requireNonNull(text, "text").getBytes(UTF_8));
    }

    /** Takes {@code bytes} over without a copy: the caller must not change the array afterwards. */
    public static Payload wrap(byte[] bytes) {
        return new Payload(Objects.requireNonNull(bytes, "bytes"));
    }

    /** The number of bytes. */
    public int size() {
        return bytes.length;
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** The bytes themselves, without a copy, for adapters on the hot path: the caller must not change the array. */
    public byte[] sharedBytes() {
        return bytes;
    }

    /** A read-only view of the bytes. */
    public ByteBuffer toByteBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** The bytes decoded as UTF-8; malformed input becomes U+FFFD. */
    public String toUtf8String() {
        return new String(bytes, UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The size only: payloads must not end up in a log. */
    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
