package dev.outbox.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Delivery;
import dev.outbox.Message;
import dev.outbox.UndecodableException;
import dev.outbox.UnknownTypeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HandlersByTypeTest {
    private record Placed(String order) {}

    private final List<String> handled = new ArrayList<>();
    private final HandlersByType handlers =
            HandlersByType.json().on("Placed", Placed.class, (placed, delivery) -> handled.add(placed.order()));

    @Test
    void aMessageGoesToTheHandlerForItsTypeWithItsPayloadDecoded() throws Exception {
        handlers.handle(delivery(Message.to("orders").type("Placed").json(new Placed("o1"))));
        assertThat(handled).containsExactly("o1");
    }

    @Test
    void aPayloadThatIsNotOfTheTypeIsUndecodable() {
        Delivery delivery = delivery(Message.to("orders").type("Placed").text("no JSON"));
        assertThatThrownBy(() -> handlers.handle(delivery)).isInstanceOf(UndecodableException.class);
    }

    @Test
    void anUnknownTypeHasAnHourOfGraceUnlessSet() {
        Delivery delivery = delivery(Message.to("orders").type("Shipped").json(Map.of()));
        assertThatThrownBy(() -> handlers.handle(delivery))
                .isInstanceOfSatisfying(
                        UnknownTypeException.class,
                        unknown -> assertThat(unknown.grace()).isEqualTo(Duration.ofHours(1)))
                .hasMessageContaining("Shipped");
        assertThatThrownBy(() -> handlers.graceForOthers(Duration.ZERO).handle(delivery))
                .isInstanceOfSatisfying(
                        UnknownTypeException.class,
                        unknown -> assertThat(unknown.grace()).isZero());
    }

    @Test
    void otherTypesCanBeSkipped() throws Exception {
        handlers.onOthers(delivery -> {})
                .handle(delivery(Message.to("orders").type("Shipped").json(Map.of())));
        assertThat(handled).isEmpty();
    }

    @Test
    void twoHandlersForOneTypeAreRefused() {
        assertThatThrownBy(() -> handlers.on("Placed", Placed.class, (placed, delivery) -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Placed");
    }

    private static Delivery delivery(Message message) {
        return new Delivery("payment", message, 1);
    }
}
