package dev.outbox.internal.wire;

import dev.outbox.Message;
import dev.outbox.spi.Outgoing;
import java.time.format.DateTimeFormatter;
import java.util.function.BiConsumer;

/**
 * The attributes of CloudEvents 1.0 that a message has, by the names of the specification; each broker's binding has its own prefix for them.
 *
 * <table>
 * <caption>The parts of a message as attributes</caption>
 * <thead><tr><th>message</th><th>attribute</th></tr></thead>
 * <tbody>
 * <tr><td>id, type</td><td>{@code id}, {@code type}</td></tr>
 * <tr><td>time of publishing</td><td>{@code time}, in UTC</td></tr>
 * <tr><td>correlation and causation id</td><td>{@code correlationid}, {@code causationid}</td></tr>
 * <tr><td>headers {@code traceparent} and {@code tracestate}</td><td>{@code traceparent}, {@code tracestate}</td></tr>
 * <tr><td>(the transport)</td><td>{@code source}, {@code specversion}</td></tr>
 * </tbody>
 * </table>
 */
public final class EventAttributes {
    /** The message's id. */
    public static final String ID = "id";

    /** The message's type. */
    public static final String TYPE = "type";

    /** Where messages come from. */
    public static final String SOURCE = "source";

    /** When the message was published. */
    public static final String TIME = "time";

    /** The version of the specification. */
    public static final String VERSION = "specversion";

    /** The id of the business process. */
    public static final String CORRELATION = "correlationid";

    /** The id of the message that caused this one. */
    public static final String CAUSATION = "causationid";

    /** The message's key, where the broker has no place of its own for keys. */
    public static final String KEY = "partitionkey";

    /** The media type of the payload, where the broker has a place of its own for it. */
    public static final String CONTENT_TYPE = "content-type";

    static final String TRACE_PARENT = "traceparent";
    static final String TRACE_STATE = "tracestate";
    private static final String VERSION_1 = "1.0";
    private static final int MAX_SOURCE_LENGTH = 255;

    private final String source;

    /** Names {@code source} as where messages come from. */
    public EventAttributes(String source) {
        this.source = source;
    }

    /**
     * {@code source} if it can be one.
     *
     * @throws IllegalArgumentException if it is empty, longer than 255 characters, or no URI reference
     */
    public static String requireSource(String source) {
        if (source.isEmpty() || source.length() > MAX_SOURCE_LENGTH) {
            throw new IllegalArgumentException(
                    "source must have 1 to " + MAX_SOURCE_LENGTH + " characters, but has " + source.length());
        }
        return java.net.URI.create(source).toString();
    }

    /** Gives the name and the value of each attribute to {@code attribute}. */
    public void forEach(Outgoing outgoing, BiConsumer<String, String> attribute) {
        Message message = outgoing.message();
        message.headers().get(TRACE_PARENT).ifPresent(value -> attribute.accept(TRACE_PARENT, value));
        message.headers().get(TRACE_STATE).ifPresent(value -> attribute.accept(TRACE_STATE, value));
        attribute.accept(VERSION, VERSION_1);
        attribute.accept(SOURCE, source);
        attribute.accept(ID, message.id());
        attribute.accept(TYPE, message.type());
        attribute.accept(TIME, DateTimeFormatter.ISO_INSTANT.format(outgoing.createdAt()));
        message.correlationId().ifPresent(id -> attribute.accept(CORRELATION, id));
        message.causationId().ifPresent(id -> attribute.accept(CAUSATION, id));
    }
}
