package dev.outbox;

/**
 * What a message may measure. Checked when a message is built (the fixed limits) and when it is published (the limits of its destination), in the
 * caller's transaction, so that nothing is stored that no broker would take.
 *
 * @param maxPayloadBytes the largest payload, in bytes; at least 0
 * @param maxHeaders the largest number of headers; at least 0
 * @param maxHeaderBytes the largest sum of the headers' names and values, in bytes of UTF-8; at least 0
 */
public record MessageLimits(int maxPayloadBytes, int maxHeaders, int maxHeaderBytes) {
    /** The longest id, destination, key, type, content type, correlation or causation id, in bytes of UTF-8 (AMQP's short string). */
    public static final int MAX_NAME_BYTES = 255;

    private static final MessageLimits DEFAULTS = new MessageLimits(1_000_000, 64, 16_384);

    /** @throws IllegalArgumentException if a limit is negative */
    public MessageLimits {
        if (maxPayloadBytes < 0 || maxHeaders < 0 || maxHeaderBytes < 0) {
            throw new IllegalArgumentException("limits must not be negative: maxPayloadBytes " + maxPayloadBytes
                    + ", maxHeaders " + maxHeaders + ", maxHeaderBytes " + maxHeaderBytes);
        }
    }

    /** 1,000,000 bytes of payload (below Kafka's default of 1 MiB a request), 64 headers, 16 KiB of them. */
    public static MessageLimits defaults() {
        return DEFAULTS;
    }

    /**
     * Returns {@code message} if it is within these limits.
     *
     * @throws IllegalArgumentException if it is not; the message names the value and the limit
     */
    public Message check(Message message) {
        if (message.payload().size() > maxPayloadBytes) {
            throw new IllegalArgumentException("payload of message " + message.id() + " for destination "
                    + Text.quoted(message.destination()) + " has "
                    + message.payload().size() + " bytes; the limit is "
                    + maxPayloadBytes + ". Store large content elsewhere and send a reference");
        }
        int headers = message.headers().asMap().size();
        if (headers > maxHeaders) {
            throw new IllegalArgumentException(
                    "message " + message.id() + " has " + headers + " headers; the limit is " + maxHeaders);
        }
        int headerBytes = 0;
        for (var header : message.headers().asMap().entrySet()) {
            headerBytes += header.getKey().length() + Text.utf8Length(header.getValue());
        }
        if (headerBytes > maxHeaderBytes) {
            throw new IllegalArgumentException("the headers of message " + message.id() + " have " + headerBytes
                    + " bytes; the limit is " + maxHeaderBytes);
        }
        return message;
    }
}
