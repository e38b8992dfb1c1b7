package dev.outbox.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.Payload;
import dev.outbox.spi.Outgoing;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CloudEventsTest {
    private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05.678901Z");
    private static final byte[] NOT_UTF8 = {(byte) 0xC3, 0x28};

    @Test
    void theHeadersAreThoseOfCloudEventsInBinaryMode() {
        ProducerRecord<byte[], byte[]> record = write(Message.to("orders")
                .id("id-1")
                .key("k")
                .type("OrderPlaced")
                .header("traceparent", "00-a-b-01")
                .correlationId("c")
                .causationId("d")
                .payload("application/json", Payload.ofUtf8("{}")));

        assertThat(record.key()).isEqualTo("k".getBytes(UTF_8));
        assertThat(record.value()).isEqualTo("{}".getBytes(UTF_8));
        assertThat(record.partition()).isNull();
        assertThat(value(record, "ce_specversion")).isEqualTo("1.0");
        assertThat(value(record, "ce_id")).isEqualTo("id-1");
        assertThat(value(record, "ce_type")).isEqualTo("OrderPlaced");
        assertThat(value(record, "ce_source")).isEqualTo("/shop");
        assertThat(value(record, "ce_time")).isEqualTo("2026-01-02T03:04:05.678901Z");
        assertThat(value(record, "content-type")).isEqualTo("application/json");
        assertThat(value(record, "ce_correlationid")).isEqualTo("c");
        assertThat(value(record, "ce_causationid")).isEqualTo("d");
        assertThat(value(record, "ce_traceparent")).isEqualTo("00-a-b-01");
        assertThat(value(record, "traceparent")).isEqualTo("00-a-b-01");
    }

    @Test
    void g5_whatIsWrittenIsReadAsItWas() {
        for (long seed = 0; seed < 2_000; seed++) {
            Message message = message(new SplittableRandom(seed));
            assertThat(read(write(message))).as("seed %s", seed).isEqualTo(message);
        }
    }

    @Test
    void anApplicationsOwnContentTypeHeaderIsKeptApart() {
        Message message = Message.to("orders").header("content-type", "mine").text("x");
        assertThat(read(write(message))).isEqualTo(message);
    }

    @Test
    void aBareRecordOfAStrangerIsAMessage() {
        Message message = read("bytes".getBytes(UTF_8), "hello".getBytes(UTF_8), new RecordHeaders());

        assertThat(message.id()).isEqualTo("t/3/42/1767322800000");
        assertThat(message.destination()).isEqualTo("orders");
        assertThat(message.type()).isEqualTo("orders");
        assertThat(message.key()).contains("bytes");
        assertThat(message.contentType()).isEqualTo("application/octet-stream");
        assertThat(message.payload().toUtf8String()).isEqualTo("hello");
        assertThat(message.headers().isEmpty()).isTrue();
    }

    @Test
    void whatAMessageCannotHoldIsShownInAnotherForm() {
        Headers headers = new RecordHeaders();
        headers.add("binary", NOT_UTF8);
        headers.add("control", "a\nb".getBytes(UTF_8));
        headers.add("odd name/ü", "v".getBytes(UTF_8));
        headers.add("outbox-x", "v".getBytes(UTF_8));
        headers.add("ce_subject", "s".getBytes(UTF_8));
        headers.add("ce_id", "x".repeat(256).getBytes(UTF_8));
        headers.add("ce_type", new byte[0]);
        headers.add("twice", "1".getBytes(UTF_8));
        headers.add("twice", "2".getBytes(UTF_8));
        headers.add("nothing", null);
        headers.add("ce_traceparent", "00-a-b-01".getBytes(UTF_8));
        Message message = read(NOT_UTF8, null, headers);

        assertThat(message.id()).isEqualTo("t/3/42/1767322800000");
        assertThat(message.type()).isEqualTo("orders");
        assertThat(message.key()).contains("base64:" + Base64.getEncoder().encodeToString(NOT_UTF8));
        assertThat(message.payload().size()).isZero();
        assertThat(message.headers().asMap())
                .containsEntry("binary", "base64:wyg=")
                .containsEntry("control", "base64:YQpi")
                .containsEntry("odd_name__", "v")
                .containsEntry("kafka.outbox-x", "v")
                .containsEntry("cloudevents.subject", "s")
                .containsEntry("twice", "2")
                .containsEntry("kafka.tombstone", "true")
                .containsEntry("traceparent", "00-a-b-01")
                .doesNotContainKey("nothing");
    }

    @Test
    void aLongForeignKeyKeepsItsOrderUnderADigest() {
        byte[] one = "x".repeat(300).getBytes(UTF_8);
        byte[] other = "y".repeat(300).getBytes(UTF_8);
        Optional<String> key = read(one, one, new RecordHeaders()).key();

        assertThat(key).isEqualTo(read(one, other, new RecordHeaders()).key());
        assertThat(key).isNotEqualTo(read(other, one, new RecordHeaders()).key());
        assertThat(key.orElseThrow()).startsWith("sha256:").hasSizeLessThan(255);
        assertThat(read(new byte[0], one, new RecordHeaders()).key()).isEmpty();
    }

    @Test
    void anyBytesFromStrangersAreSomeMessage() {
        for (long seed = 0; seed < 5_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Headers headers = new RecordHeaders();
            for (int i = random.nextInt(6); i > 0; i--) {
                String[] known = {
                    "ce_id",
                    "ce_type",
                    "content-type",
                    "ce_correlationid",
                    "ce_x",
                    "outbox-",
                    "ce-",
                    "",
                    "ce:x",
                    "ce x",
                    "cloudEvents:x"
                };
                String name = random.nextBoolean()
                        ? known[random.nextInt(known.length)]
                        : new String(bytes(random, 300), UTF_8);
                headers.add(name, random.nextInt(5) == 0 ? null : bytes(random, 300));
            }
            byte[] key = random.nextInt(4) == 0 ? null : bytes(random, 400);
            byte[] value = random.nextInt(4) == 0 ? null : bytes(random, 20);
            assertThat(read(key, value, headers).id()).as("seed %s", seed).isNotEmpty();
        }
    }

    private static byte[] bytes(SplittableRandom random, int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Message message(SplittableRandom random) {
        Message.Builder message = Message.to("orders").id("id-" + random.nextLong());
        if (random.nextBoolean()) {
            message.key(text(random, 60));
        }
        if (random.nextBoolean()) {
            message.type(text(random, 60)).correlationId(text(random, 60)).causationId(text(random, 60));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            String[] names = {"traceparent", "tracestate", "content-type", "Content-Type", "a.b", "kafka.tombstone"};
            message.header(names[random.nextInt(names.length)], text(random, 200));
        }
        return message.payload(text(random, 60), Payload.wrap(bytes(random, 100)));
    }

    /** Text of one to {@code most} characters from all over Unicode. */
    private static String text(SplittableRandom random, int most) {
        String alphabet = "az09 ./_-'\"%äß漢🙂\u00A0\uFEFF\u202E";
        int[] characters = alphabet.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(most); i > 0; i--) {
            text.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        return text.toString();
    }

    private static ProducerRecord<byte[], byte[]> write(Message message) {
        return new CloudEvents("/shop").record(new Outgoing(1, message, CREATED, 1), "t");
    }

    private static String value(ProducerRecord<byte[], byte[]> record, String header) {
        return new String(record.headers().lastHeader(header).value(), UTF_8);
    }

    private static Message read(ProducerRecord<byte[], byte[]> written) {
        return read(written.key(), written.value(), written.headers());
    }

    private static Message read(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return ReceivedRecord.message(
                new ConsumerRecord<>(
                        "t",
                        3,
                        42L,
                        1767322800000L,
                        TimestampType.CREATE_TIME,
                        key == null ? -1 : key.length,
                        value == null ? -1 : value.length,
                        key,
                        value,
                        headers,
                        Optional.empty()),
                "orders");
    }
}
