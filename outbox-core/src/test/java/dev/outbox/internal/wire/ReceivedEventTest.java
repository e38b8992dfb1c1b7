package dev.outbox.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Headers;
import dev.outbox.Message;
import dev.outbox.Payload;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceivedEventTest {
    private final ReceivedEvent event = new ReceivedEvent("kafka", "orders");

    private Message message() {
        return event.message("orders/0/7", Payload.empty());
    }

    @Test
    void aHeaderThatIsReservedOnlyWhenItsOddCharactersAreReplacedBeginsWithTheBrokersName() {
        for (String name : List.of("ce:x", "ce x", "cloudEvents:type", "outbox-x", "")) {
            event.header(name, "v");
        }
        assertThat(message().headers().asMap().keySet())
                .containsExactly("kafka.ce_x", "kafka.cloudEvents_type", "kafka.outbox-x", "kafka.");
    }

    @Test
    void aHeaderWithAnOddOrLongNameIsKeptUnderOneThatFits() {
        event.header("a/b c", "1");
        event.header("ü", "2");
        event.header("x".repeat(200), "3");
        event.attribute("y".repeat(200), "4");
        assertThat(message().headers().asMap())
                .hasSize(4)
                .containsEntry("a_b_c", "1")
                .containsEntry("_", "2")
                .containsEntry("x".repeat(Headers.MAX_NAME_LENGTH), "3");
    }

    @Test
    void coordinatesWithControlCharactersAreAnIdAllTheSame() {
        assertThat(event.message("orders\u0000/7", Payload.empty()).id()).startsWith("base64:");
    }

    @Test
    void ofSeveralHeadersOfANameTheLastCounts() {
        event.header("a", "1");
        event.header("b", "2");
        event.header("a", "3");
        assertThat(message().headers().asMap()).containsEntry("a", "3").hasSize(2);
    }

    @Test
    void whatFitsNoEnvelopeIsReplacedByWhatAStrangersMessageHas() {
        event.attribute(EventAttributes.ID, "x".repeat(256));
        event.attribute(EventAttributes.TYPE, "");
        event.contentType("x".repeat(256));
        event.key("k".repeat(256).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Message message = message();
        assertThat(message.id()).isEqualTo("orders/0/7");
        assertThat(message.type()).isEqualTo("orders");
        assertThat(message.contentType()).isEqualTo("application/octet-stream");
        assertThat(message.key().orElseThrow()).startsWith("sha256:");
    }
}
