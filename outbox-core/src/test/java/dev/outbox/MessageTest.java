package dev.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessageTest {
    record Order(String id, int amount) {}

    @Test
    void carriesItsEnvelopeAndPayload() {
        Instant later = Instant.parse("2030-01-01T00:00:00Z");
        Message message = Message.to("orders")
                .id("42")
                .key("customer")
                .type("OrderPlaced")
                .header("tenant", "a")
                .correlationId("process")
                .causationId("cause")
                .notBefore(later)
                .json(new Order("o1", 3));

        assertThat(message.id()).isEqualTo("42");
        assertThat(message.destination()).isEqualTo("orders");
        assertThat(message.key()).contains("customer");
        assertThat(message.type()).isEqualTo("OrderPlaced");
        assertThat(message.contentType()).isEqualTo("application/json");
        assertThat(message.headers().get("tenant")).contains("a");
        assertThat(message.correlationId()).contains("process");
        assertThat(message.causationId()).contains("cause");
        assertThat(message.notBefore()).contains(later);
        assertThat(message.payload().toUtf8String()).isEqualTo("{\"id\":\"o1\",\"amount\":3}");
    }

    @Test
    void idsAreVersion7UuidsThatAscendInOneProcess() {
        String last = "";
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String id = Message.to("a").text("").id();
            assertThat(UUID.fromString(id).version()).isEqualTo(7);
            assertThat(UUID.fromString(id).variant()).isEqualTo(2);
            assertThat(id).isGreaterThan(last);
            last = id;
            ids.add(id);
        }
        assertThat(ids).hasSize(10_000);
    }

    @Test
    void idsOfManyThreadsDiffer() {
        Set<String> ids = java.util.concurrent.ConcurrentHashMap.newKeySet();
        IntStream.range(0, 20_000).parallel().forEach(i -> ids.add(MessageIds.next()));
        assertThat(ids).hasSize(20_000);
    }

    @Test
    void theCauseGivesItsCorrelationAndTrace() {
        Message cause = Message.to("a")
                .header("traceparent", "00-1-2-01")
                .header("other", "x")
                .text("");
        Message effect = Message.to("b").causedBy(cause).text("");
        Message next = Message.to("c").causedBy(effect).text("");

        assertThat(effect.causationId()).contains(cause.id());
        assertThat(effect.headers().get("traceparent")).contains("00-1-2-01");
        assertThat(effect.headers().get("other")).isEmpty();
        assertThat(next.correlationId()).contains(cause.id());
        assertThat(next.causationId()).contains(effect.id());
    }

    @Test
    void aLaterChangeOfTheBytesDoesNotChangeTheMessage() {
        byte[] bytes = {1, 2};
        Message message = Message.to("a").bytes(bytes);
        bytes[0] = 9;
        message.payload().toByteArray()[1] = 9;
        assertThat(message.payload().toByteArray()).containsExactly(1, 2);
    }

    @Test
    void refusesBadNamesWithValueAndRule() {
        assertThatThrownBy(() -> Message.to(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("destination");
        assertThatThrownBy(() -> Message.to("")).hasMessage("destination must not be empty");
        assertThatThrownBy(() -> Message.to("a\nb")).hasMessageContaining("control character U+000A at index 1");
        assertThatThrownBy(() -> Message.to("é".repeat(128)))
                .hasMessageContaining("has 256 bytes in UTF-8; the limit is 255");
        assertThatThrownBy(() -> Message.to("a").key("\ud800")).hasMessageContaining("lone surrogate U+D800");
        assertThatThrownBy(() -> Message.to("a").header("ce_id", "1")).hasMessageContaining("reserved prefix");
        assertThatThrownBy(() -> Message.to("a").header("cloudEvents_id", "1")).hasMessageContaining("reserved prefix");
        assertThatThrownBy(() -> Message.to("a").header("a b", "1")).hasMessageContaining("header name 'a b'");
        assertThatThrownBy(() -> Message.to("a").header("a", "1\r\n2"))
                .hasMessageContaining("control character U+000D");
    }

    @Test
    void refusesWhatIsOverALimit() {
        MessageLimits limits = new MessageLimits(10, 1, 8);
        assertThatThrownBy(() -> limits.check(Message.to("a").text("x".repeat(11))))
                .hasMessageContaining("has 11 bytes; the limit is 10");
        assertThatThrownBy(() -> limits.check(
                        Message.to("a").header("b", "1").header("c", "2").text("")))
                .hasMessageContaining("has 2 headers; the limit is 1");
        assertThatThrownBy(() ->
                        limits.check(Message.to("a").header("b", "12345678").text("")))
                .hasMessageContaining("have 9 bytes; the limit is 8");
        assertThat(limits.check(Message.to("a").header("b", "1234567").text("0123456789")))
                .isNotNull();
        assertThatThrownBy(() -> new MessageLimits(-1, 0, 0)).hasMessageContaining("must not be negative");
    }

    @Test
    void neverShowsPayloadOrHeaderValues() {
        Message message = Message.to("a").header("secret", "canary").text("canary");
        assertThat(message.toString()).doesNotContain("canary");
        assertThat(message.headers().toString()).isEqualTo("[secret]");
        assertThat(message.payload().toString()).isEqualTo("6 bytes");
    }

    @Test
    void allHeadersAtOnceTakeThePlaceOfThoseBefore() {
        Headers headers = Headers.none().with("a", "1").with("b", "2");
        Message message = Message.to("orders")
                .header("before", "0")
                .headers(headers)
                .header("b", "3")
                .text("x");
        assertThat(message.headers().asMap()).containsOnly(Map.entry("a", "1"), Map.entry("b", "3"));
        assertThat(headers.asMap()).as("unchanged").containsEntry("b", "2");
    }
}
