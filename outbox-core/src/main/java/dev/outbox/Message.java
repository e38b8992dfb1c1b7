package dev.outbox;

import static dev.outbox.MessageLimits.MAX_NAME_BYTES;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message: what a service tells others, with the envelope that takes it there. Immutable.
 *
 * <pre>{@code
 * Message placed = Message.to("orders").key(order.customerId()).type("OrderPlaced").json(order);
 * }</pre>
 *
 * <p>Messages of one destination and key arrive in the order in which their transactions committed (G3); a message without a key has no order. The id is
 * the idempotency key of every receiver: the same message may arrive more than once (G4), always with the same id and the same bytes.
 */
public final class Message {
    private static final String TRACE_PARENT = "traceparent";
    private static final String TRACE_STATE = "tracestate";

    private final String id;
    private final String destination;
    private final @Nullable String key;
    private final String type;
    private final String contentType;
    private final Headers headers;
    private final Payload payload;
    private final @Nullable Instant notBefore;
    private final @Nullable String correlationId;
    private final @Nullable String causationId;
    private final boolean droppable;

    private Message(Builder builder, String contentType, Payload payload) {
        this.id = builder.id != null ? builder.id : MessageIds.next();
        this.destination = builder.destination;
        this.key = builder.key;
        this.type = builder.type != null ? builder.type : builder.destination;
        this.contentType = Text.requireName("content type", contentType, MAX_NAME_BYTES);
        this.headers = builder.headers;
        this.payload = Objects.requireNonNull(payload, "payload");
        this.notBefore = builder.notBefore;
        this.correlationId = builder.correlationId;
        this.causationId = builder.causationId;
        this.droppable = builder.droppable;
    }

    /**
     * Begins a message to {@code destination}: the name of a topic, an exchange, a stream or of what subscribers in this process listen to.
     *
     * @throws NullPointerException if {@code destination} is null
     * @throws IllegalArgumentException if it is empty, longer than 255 bytes, or has control characters
     */
    public static Builder to(String destination) {
        return new Builder(Text.requireName("destination", destination, MAX_NAME_BYTES));
    }

    /** Unique for ever; a UUIDv7 unless the sender gave its own. */
    public String id() {
        return id;
    }

    /** Where it goes. */
    public String destination() {
        return destination;
    }

    /** Messages of one destination and key keep their order; empty means no order. */
    public Optional<String> key() {
        return Optional.ofNullable(key);
    }

    /** The logical name of what the payload is, never a class name; the destination's name unless set. */
    public String type() {
        return type;
    }

    /** The media type of the payload, such as {@code application/json}. */
    public String contentType() {
        return contentType;
    }

    /** The application's headers. */
    public Headers headers() {
        return headers;
    }

    /** The bytes. */
    public Payload payload() {
        return payload;
    }

    /** The earliest time of delivery, by the database's clock; empty means now. */
    public Optional<Instant> notBefore() {
        return Optional.ofNullable(notBefore);
    }

    /** The id that all messages of one business process share. */
    public Optional<String> correlationId() {
        return Optional.ofNullable(correlationId);
    }

    /** The id of the message whose handling made this one. */
    public Optional<String> causationId() {
        return Optional.ofNullable(causationId);
    }

    /** Whether the publisher would rather lose it than wait or fail when the outbox is full; not stored, and no part of equality. */
    public boolean isDroppable() {
        return droppable;
    }

    /** The envelope without header values and payload, fit for a log. */
    @Override
    public String toString() {
        return "Message[" + id + " to " + destination + ", type " + type + ", " + payload + "]";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Message that
                && id.equals(that.id)
                && destination.equals(that.destination)
                && Objects.equals(key, that.key)
                && type.equals(that.type)
                && contentType.equals(that.contentType)
                && headers.equals(that.headers)
                && payload.equals(that.payload)
                && Objects.equals(notBefore, that.notBefore)
                && Objects.equals(correlationId, that.correlationId)
                && Objects.equals(causationId, that.causationId);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /** Collects the envelope; each method checks its argument. One of the payload methods builds the message. Not thread-safe. */
    public static final class Builder {
        private final String destination;
        private Headers headers = Headers.none();
        private @Nullable String id;
        private @Nullable String key;
        private @Nullable String type;
        private @Nullable Instant notBefore;
        private @Nullable String correlationId;
        private @Nullable String causationId;
        private boolean droppable;

        private Builder(String destination) {
            this.destination = destination;
        }

        /** An id of the caller's own, at most 255 bytes. Receivers deduplicate by it; the outbox does not. */
        public Builder id(String id) {
            this.id = Text.requireName("id", id, MAX_NAME_BYTES);
            return this;
        }

        /** The ordering key, at most 255 bytes; null or not set means no order. */
        public Builder key(@Nullable String key) {
            this.key = key == null ? null : Text.requireName("key", key, MAX_NAME_BYTES);
            return this;
        }

        /** The logical type, at most 255 bytes. */
        public Builder type(String type) {
            this.type = Text.requireName("type", type, MAX_NAME_BYTES);
            return this;
        }

        /** All headers at once, in place of those that were set before. */
        public Builder headers(Headers headers) {
            this.headers = Objects.requireNonNull(headers, "headers");
            return this;
        }

        /** Adds or replaces a header; see {@link Headers} for what it may hold. */
        public Builder header(String name, String value) {
            headers = headers.with(name, value);
            return this;
        }

        /** Delivers not before {@code time}; from then on it is ordered like a message published at that time. */
        public Builder notBefore(Instant time) {
            this.notBefore = Objects.requireNonNull(time, "notBefore");
            return this;
        }

        /** The id of the business process, at most 255 bytes. */
        public Builder correlationId(String correlationId) {
            this.correlationId = Text.requireName("correlation id", correlationId, MAX_NAME_BYTES);
            return this;
        }

        /** The id of the message that caused this one, at most 255 bytes. */
        public Builder causationId(String causationId) {
            this.causationId = Text.requireName("causation id", causationId, MAX_NAME_BYTES);
            return this;
        }

        /** May be dropped, and counted, by a {@link dev.outbox.publish.PendingLimit} that drops. */
        public Builder droppable() {
            this.droppable = true;
            return this;
        }

        /** Continues the story of {@code cause}: its correlation id (or its id), itself as the cause, and its W3C trace headers. */
        public Builder causedBy(Message cause) {
            correlationId = cause.correlationId().orElse(cause.id());
            causationId = cause.id();
            cause.headers().get(TRACE_PARENT).ifPresent(value -> header(TRACE_PARENT, value));
            cause.headers().get(TRACE_STATE).ifPresent(value -> header(TRACE_STATE, value));
            return this;
        }

        /**
         * Builds the message with {@code value} as JSON, by {@link JsonCodec#standard()}.
         *
         * @throws CodecException if {@code value} cannot be written as JSON
         */
        public Message json(Object value) {
            return payload(JsonCodec.standard(), value);
        }

        /**
         * Builds the message with {@code value} encoded by {@code codec}, now: a later change of the object does not change the message.
         *
         * @throws CodecException if {@code value} cannot be encoded
         */
        public Message payload(PayloadCodec codec, Object value) {
            return payload(codec.contentType(), codec.encode(value));
        }

        /** Builds the message with bytes of the given media type. */
        public Message payload(String contentType, Payload payload) {
            return new Message(this, contentType, payload);
        }

        /** Builds the message with text, as {@code text/plain} in UTF-8. */
        public Message text(String text) {
            return payload("text/plain; charset=utf-8", Payload.ofUtf8(text));
        }

        /** Builds the message with a copy of {@code bytes}, as {@code application/octet-stream}. */
        public Message bytes(byte[] bytes) {
            return payload("application/octet-stream", Payload.of(bytes));
        }
    }
}
