package dev.outbox.consumer;

import dev.outbox.CodecException;
import dev.outbox.Delivery;
import dev.outbox.JsonCodec;
import dev.outbox.MessageHandler;
import dev.outbox.PayloadCodec;
import dev.outbox.UndecodableException;
import dev.outbox.UnknownTypeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A handler that hands each message to the one for its type, with its payload decoded.
 *
 * <pre>{@code
 * HandlersByType handlers = HandlersByType.json()
 *         .on("OrderPlaced", OrderPlaced.class, (order, delivery) -> reserve(order))
 *         .on("OrderCancelled", OrderCancelled.class, (order, delivery) -> release(order));
 * }</pre>
 *
 * <p>A payload that cannot be decoded is given up at once. A type that nobody here knows is tried again for an hour, since a rolling deployment may bring
 * it, without a charge, and is then given up; others of its key wait behind it. Immutable; each method returns a copy.
 */
public final class HandlersByType implements MessageHandler {
    private static final Duration GRACE = Duration.ofHours(1);

    private final PayloadCodec codec;
    private final Map<String, MessageHandler> handlers;
    private final MessageHandler others;

    private HandlersByType(PayloadCodec codec, Map<String, MessageHandler> handlers, MessageHandler others) {
        this.codec = codec;
        this.handlers = handlers;
        this.others = others;
    }

    /** No handlers yet, for payloads in JSON. */
    public static HandlersByType json() {
        return using(JsonCodec.standard());
    }

    /** No handlers yet, for payloads that {@code codec} decodes. */
    public static HandlersByType using(PayloadCodec codec) {
        return new HandlersByType(Objects.requireNonNull(codec, "codec"), Map.of(), unknown(GRACE));
    }

    /**
     * And one for messages of type {@code type}.
     *
     * @throws IllegalArgumentException if there is one for this type
     */
    public <T> HandlersByType on(String type, Class<T> payload, TypedHandler<? super T> handler) {
        Objects.requireNonNull(payload, "payload");
        Objects.requireNonNull(handler, "handler");
        return with(type, delivery -> handler.handle(decode(payload, delivery), delivery));
    }

    /** Lets {@code handler} have the messages of all other types, as they are; one that does nothing skips them. */
    public HandlersByType onOthers(MessageHandler handler) {
        return new HandlersByType(codec, handlers, Objects.requireNonNull(handler, "handler"));
    }

    /**
     * Gives up messages of other types when they have been tried for {@code grace}; zero gives them up at once.
     *
     * @throws IllegalArgumentException if {@code grace} is negative
     */
    public HandlersByType graceForOthers(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace " + grace + " must not be negative");
        }
        return onOthers(unknown(grace));
    }

    @Override
    public void handle(Delivery delivery) throws Exception {
        handlers.getOrDefault(delivery.message().type(), others).handle(delivery);
    }

    private HandlersByType with(String type, MessageHandler handler) {
        Map<String, MessageHandler> more = new HashMap<>(handlers);
        if (more.put(Objects.requireNonNull(type, "type"), handler) != null) {
            throw new IllegalArgumentException("there is a handler for type '" + type + "' already");
        }
        return new HandlersByType(codec, Map.copyOf(more), others);
    }

    private <T> T decode(Class<T> type, Delivery delivery) {
        try {
            return codec.decode(delivery.message().payload(), type);
        } catch (CodecException undecodable) {
            throw new UndecodableException(delivery.message(), undecodable);
        }
    }

    private static MessageHandler unknown(Duration grace) {
        return delivery -> {
            throw new UnknownTypeException(delivery.message().type(), grace);
        };
    }
}
