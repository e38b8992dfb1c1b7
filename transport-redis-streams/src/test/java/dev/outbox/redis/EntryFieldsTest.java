package dev.outbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.Payload;
import dev.outbox.spi.Outgoing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EntryFieldsTest {
    private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05.678901Z");

    @Test
    void anAttributeOfCloudEventsIsAField() {
        List<String> fields = text(write(Message.to("orders")
                .id("id-1")
                .key("k")
                .type("OrderPlaced")
                .header("traceparent", "00-a-b-01")
                .correlationId("c")
                .causationId("d")
                .payload("application/json", Payload.ofUtf8("{}"))));

        assertThat(fields)
                .containsExactly(
                        "traceparent=00-a-b-01",
                        "ce_traceparent=00-a-b-01",
                        "ce_specversion=1.0",
                        "ce_source=/shop",
                        "ce_id=id-1",
                        "ce_type=OrderPlaced",
                        "ce_time=2026-01-02T03:04:05.678901Z",
                        "ce_correlationid=c",
                        "ce_causationid=d",
                        "ce_partitionkey=k",
                        "content-type=application/json",
                        "data={}");
    }

    @Test
    void g5_whatIsWrittenIsReadAsItWas() {
        for (long seed = 0; seed < 2_000; seed++) {
            Message message = message(new SplittableRandom(seed));
            assertThat(read(write(message))).as("seed %s", seed).isEqualTo(message);
        }
    }

    @Test
    void aBareEntryOfAStrangerIsAMessage() {
        Message message = read(fields("customer", "17", "ce_subject", "s", "data", "hello"));

        assertThat(message.id()).isEqualTo("orders/1767322800000-3");
        assertThat(message.type()).isEqualTo("orders");
        assertThat(message.key()).isEmpty();
        assertThat(message.contentType()).isEqualTo("application/octet-stream");
        assertThat(message.payload().toUtf8String()).isEqualTo("hello");
        assertThat(message.headers().asMap()).containsEntry("customer", "17").containsEntry("cloudevents.subject", "s");
        assertThat(read(fields("a", "b")).payload().size()).isZero();
    }

    @Test
    void anyBytesFromStrangersAreSomeMessage() {
        for (long seed = 0; seed < 5_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<byte[]> fields = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                String[] known = {
                    "ce_id",
                    "ce_type",
                    "content-type",
                    "ce_partitionkey",
                    "data",
                    "outbox-",
                    "ce-",
                    "",
                    "ce:x",
                    "ce x",
                    "cloudEvents:x"
                };
                fields.add(
                        random.nextBoolean()
                                ? known[random.nextInt(known.length)].getBytes(UTF_8)
                                : bytes(random, 300));
                fields.add(bytes(random, 300));
            }
            assertThat(read(fields).id()).as("seed %s", seed).isNotEmpty();
        }
    }

    @Test
    void theServersTimeIsThatOfTheEntrysIdUnlessSomebodyChoseIt() {
        assertThat(ReceivedEntry.appendedAt("1767322800000-3")).contains(Instant.ofEpochMilli(1767322800000L));
        assertThat(ReceivedEntry.appendedAt("1767322800000")).contains(Instant.ofEpochMilli(1767322800000L));
        assertThat(ReceivedEntry.appendedAt("5-1")).isEmpty();
        assertThat(ReceivedEntry.appendedAt("18446744073709551615-1")).isEmpty();
    }

    private static Message message(SplittableRandom random) {
        Message.Builder message = Message.to("orders").id("id-" + random.nextLong());
        if (random.nextBoolean()) {
            message.key("schlüssel 漢🙂" + random.nextInt());
        }
        if (random.nextBoolean()) {
            message.type("T" + random.nextInt()).correlationId("c ü").causationId("d");
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            String[] names = {"traceparent", "tracestate", "content-type", "data", "a.b", "Data"};
            message.header(names[random.nextInt(names.length)], "value 🙂 " + random.nextInt());
        }
        return message.payload("x/" + random.nextInt(), Payload.wrap(bytes(random, 100)));
    }

    private static byte[] bytes(SplittableRandom random, int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static List<byte[]> write(Message message) {
        return new EntryFields("/shop").of(new Outgoing(1, message, CREATED, 1));
    }

    private static Message read(List<byte[]> fields) {
        return ReceivedEntry.message("orders", "1767322800000-3", fields, "orders");
    }

    private static List<byte[]> fields(String... text) {
        return List.of(text).stream().map(one -> one.getBytes(UTF_8)).toList();
    }

    private static List<String> text(List<byte[]> fields) {
        List<String> text = new ArrayList<>();
        for (int i = 0; i < fields.size(); i += 2) {
            text.add(new String(fields.get(i), UTF_8) + "=" + new String(fields.get(i + 1), UTF_8));
        }
        return text;
    }
}
