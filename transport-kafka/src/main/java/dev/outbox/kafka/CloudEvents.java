package dev.outbox.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outbox.Message;
import dev.outbox.internal.wire.EventAttributes;
import dev.outbox.spi.Outgoing;
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
 * <tr><td>id, type, time of publishing, correlation and causation id</td><td>headers {@code ce_} and the names of {@link EventAttributes}</td></tr>
 * <tr><td>content type</td><td>header {@code content-type}</td></tr>
 * <tr><td>headers</td><td>headers of the same name; {@code traceparent} and {@code tracestate} also as {@code ce_traceparent}, {@code ce_tracestate}</td></tr>
 * <tr><td>(the transport)</td><td>headers {@code ce_source}, {@code ce_specversion}</td></tr>
 * </tbody>
 * </table>
 */
final class CloudEvents {
    static final String PREFIX = "ce_";

    private final EventAttributes attributes;

    /** Names {@code source} as where messages come from. */
    CloudEvents(String source) {
        this.attributes = new EventAttributes(source);
    }

    /** The record of a message for {@code topic}. */
    ProducerRecord<byte[], byte[]> record(Outgoing outgoing, String topic) {
        Message message = outgoing.message();
        byte[] key = message.key().map(text -> text.getBytes(UTF_8)).orElse(null);
        return new ProducerRecord<>(topic, null, null, key, message.payload().sharedBytes(), headers(outgoing));
    }

    private Headers headers(Outgoing outgoing) {
        RecordHeaders headers = new RecordHeaders();
        // The application's first: of two content-type headers the last one is the content type.
        outgoing.message().headers().asMap().forEach((name, value) -> add(headers, name, value));
        attributes.forEach(outgoing, (name, value) -> add(headers, PREFIX + name, value));
        add(headers, EventAttributes.CONTENT_TYPE, outgoing.message().contentType());
        return headers;
    }

    private static void add(RecordHeaders headers, String name, String value) {
        headers.add(new RecordHeader(name, value.getBytes(UTF_8)));
    }
}
