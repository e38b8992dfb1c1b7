package dev.outbox;

/**
 * Turns values into payloads and back. Implementations MUST be safe for use by many threads, and MUST NOT let a payload choose which class is
 * instantiated.
 */
public interface PayloadCodec {
    /** The media type of what {@link #encode} makes. */
    String contentType();

    /**
     * The bytes of {@code value}.
     *
     * @throws CodecException if it cannot be encoded
     */
    Payload encode(Object value);

    /**
     * The value of type {@code type} that {@code payload} holds.
     *
     * @throws CodecException if it holds none
     */
    <T> T decode(Payload payload, Class<T> type);
}
