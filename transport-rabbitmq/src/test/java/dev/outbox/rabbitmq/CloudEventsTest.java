package dev.outbox.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.LongStringHelper;
import dev.outbox.Message;
import dev.outbox.Payload;
import dev.outbox.spi.Outgoing;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CloudEventsTest {
    private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05.678Z");

    @Test
    void aMessageHasTheAttributesOfTheBindingAndThePropertiesOfAmqp() {
        Message message = Message.to("orders")
                .key("k")
                .type("Placed")
                .correlationId("c")
                .causationId("because")
                .header("traceparent", "00-a-b-01")
                .text("x");
        BasicProperties properties = write(message);

        assertThat(properties.getHeaders())
                .containsEntry("cloudEvents_specversion", "1.0")
                .containsEntry("cloudEvents_source", "/shop")
                .containsEntry("cloudEvents_id", message.id())
                .containsEntry("cloudEvents_type", "Placed")
                .containsEntry("cloudEvents_time", "2026-01-02T03:04:05.678Z")
                .containsEntry("cloudEvents_correlationid", "c")
                .containsEntry("cloudEvents_causationid", "because")
                .containsEntry("cloudEvents_partitionkey", "k")
                .containsEntry("cloudEvents_traceparent", "00-a-b-01")
                .containsEntry("traceparent", "00-a-b-01");
        assertThat(properties.getContentType()).isEqualTo("text/plain; charset=utf-8");
        assertThat(properties.getDeliveryMode()).isEqualTo(2);
        assertThat(properties.getTimestamp()).isEqualTo(Date.from(CREATED));
        assertThat(properties.getMessageId()).isEqualTo(message.id());
    }

    @Test
    void g5_whatWasWrittenComesBackAsItWas() {
        for (long seed = 0; seed < 2_000; seed++) {
            Message message = message(new SplittableRandom(seed));
            Message read = ReceivedDelivery.message(
                    overTheWire(write(message)), message.payload().toByteArray(), "orders");
            assertThat(read).as("seed %s", seed).isEqualTo(message);
        }
    }

    /** What the client makes of headers that it receives. */
    private static BasicProperties overTheWire(BasicProperties properties) {
        Map<String, Object> received = new HashMap<>();
        properties
                .getHeaders()
                .forEach((name, value) -> received.put(name, LongStringHelper.asLongString((String) value)));
        return properties.builder().headers(received).build();
    }

    @Test
    void anythingFromStrangersIsSomeMessage() {
        for (long seed = 0; seed < 3_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Map<String, Object> headers = new HashMap<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                String[] known = {
                    "cloudEvents_id",
                    "cloudEvents:type",
                    "cloudEvents_partitionkey",
                    "ce-",
                    "",
                    "x-death",
                    "ce:x",
                    "ce x",
                    "cloudEvents x"
                };
                String name = random.nextBoolean()
                        ? known[random.nextInt(known.length)]
                        : new String(bytes(random, 200), UTF_8);
                headers.put(name, value(random));
            }
            BasicProperties properties = new BasicProperties.Builder()
                    .headers(random.nextInt(4) == 0 ? null : headers)
                    .messageId(random.nextBoolean() ? null : new String(bytes(random, 300), UTF_8))
                    .contentType(random.nextBoolean() ? null : new String(bytes(random, 300), UTF_8))
                    .build();
            assertThat(ReceivedDelivery.message(properties, bytes(random, 20), "orders")
                            .id())
                    .as("seed %s", seed)
                    .isNotEmpty();
        }
    }

    private static Object value(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> bytes(random, 300);
            case 1 -> random.nextLong();
            case 2 -> new Date(random.nextInt());
            case 3 -> List.of(Map.of("count", 1L, "queue", LongStringHelper.asLongString("q")));
            case 4 -> true;
            default -> LongStringHelper.asLongString(bytes(random, 300));
        };
    }

    @Test
    void aDestinationSaysExchangeAndRoutingKey() {
        assertThat(route("orders", "Placed")).isEqualTo(new RabbitRoute("orders", "Placed"));
        assertThat(route("orders/eu.placed", "Placed")).isEqualTo(new RabbitRoute("orders", "eu.placed"));
        assertThat(route("orders/", "Placed")).isEqualTo(new RabbitRoute("orders", ""));
        assertThat(route("/invoices/1", "Placed")).isEqualTo(new RabbitRoute("", "invoices/1"));
        assertThatThrownBy(() -> route("/", "Placed")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RabbitRoute("ä".repeat(128), "")).hasMessageContaining("255 bytes");
    }

    private static RabbitRoute route(String destination, String type) {
        return RabbitRoute.of(Message.to(destination).type(type).text("x"));
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
            String[] names = {"traceparent", "tracestate", "content-type", "x-death", "a.b", "rabbitmq.reply-to"};
            message.header(names[random.nextInt(names.length)], text(random, 200));
        }
        return message.payload(text(random, 60), Payload.wrap(bytes(random, 100)));
    }

    /** Text of one to {@code most} characters from all over Unicode. */
    private static String text(SplittableRandom random, int most) {
        int[] characters = "az09 ./_-'\"%äß漢🙂\u00A0\uFEFF\u202E".codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(most); i > 0; i--) {
            text.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        return text.toString();
    }

    private static BasicProperties write(Message message) {
        return new CloudEvents("/shop").properties(new Outgoing(1, message, CREATED, 1));
    }
}
