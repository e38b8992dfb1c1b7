package dev.outbox.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outbox.Message;
import dev.outbox.spi.Outgoing;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Messages as Kafka records: CloudEvents 1.0 in binary mode. {@link ReceivedRecord} is the way back.
 *
 * <table>
 * <caption>The parts of a message in a record</caption>
 * <thead><tr><th>message</th><th>record</th></tr></thead>
 * <tbody>
 * <tr><td>payload, key</td><td>value, key (UTF-8; null without a key)</td></tr>
 * <tr><td>id, type</td><td>headers {@code ce_id}, {@code ce_type}</td></tr>
 * <tr><td>time of publishing</td><td>header {@code ce_time}, in UTC</td></tr>
 * <tr><td>content type</td><td>header {@code content-type}</td></tr>
 * <tr><td>correlation and causation id</td><td>headers {@code ce_correlationid}, {@code ce_causationid}</td></tr>
 * <tr><td>headers</td><td>headers of the same name; {@code traceparent} and {@code tracestate} also as {@code ce_traceparent}, {@code ce_tracestate}</td></tr>
 * <tr><td>(the transport)</td><td>headers {@code ce_source}, {@code ce_specversion}</td></tr>
 * </tbody>
 * </table>
 */
final class CloudEvents {
    static final String PREFIX = "ce_";
    static final String ID = "ce_id";
    static final String TYPE = "ce_type";
    static final String SOURCE = "ce_source";
    static final String TIME = "ce_time";
    static final String VERSION = "ce_specversion";
    static final String CORRELATION = "ce_correlationid";
    static final String CAUSATION = "ce_causationid";
    static final String CONTENT_TYPE = "content-type";
    static final String TRACE_PARENT = "traceparent";
    static final String TRACE_STATE = "tracestate";

    private static final byte[] VERSION_1 = "1.0".getBytes(UTF_8);

    private final byte[] source;

    /** Names {@code source} as where messages come from. */
    CloudEvents(String source) {
        this.source = source.getBytes(UTF_8);
    }

    /** The record of a message for {@code topic}. */
    ProducerRecord<byte[], byte[]> record(Outgoing outgoing, String topic) {
        Message message = outgoing.message();
        byte[] key = message.key().map(text -> text.getBytes(UTF_8)).orElse(null);
        return new ProducerRecord<>(
                topic, null, null, key, message.payload().sharedBytes(), headers(message, outgoing.createdAt()));
    }

    private Headers headers(Message message, Instant createdAt) {
        RecordHeaders headers = new RecordHeaders();
        // The application's first: of two content-type headers the last one is the content type.
        message.headers().asMap().forEach((name, value) -> {
            add(headers, name, value);
            if (name.equals(TRACE_PARENT) || name.equals(TRACE_STATE)) {
                add(headers, PREFIX + name, value);
            }
        });
        headers.add(new RecordHeader(VERSION, VERSION_1));
        headers.add(new RecordHeader(SOURCE, source));
        add(headers, ID, message.id());
        add(headers, TYPE, message.type());
        add(headers, TIME, DateTimeFormatter.ISO_INSTANT.format(createdAt));
        add(headers, CONTENT_TYPE, message.contentType());
        message.correlationId().ifPresent(id -> add(headers, CORRELATION, id));
        message.causationId().ifPresent(id -> add(headers, CAUSATION, id));
        return headers;
    }

    private static void add(RecordHeaders headers, String name, String value) {
        headers.add(new RecordHeader(name, value.getBytes(UTF_8)));
    }
}
