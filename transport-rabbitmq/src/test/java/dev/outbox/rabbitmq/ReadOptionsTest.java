package dev.outbox.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ReadOptionsTest {
    private static RabbitSource.Builder reading(Function<String, String> destinations) {
        return RabbitSource.from("amqp://localhost").queues("q1", "q2").destinations(destinations);
    }

    @Test
    void theDestinationsOfTheQueuesAreAskedForOnceWhenTheSourceIsBuilt() {
        List<String> asked = new ArrayList<>();
        RabbitSource source = reading(queue -> {
                    asked.add(queue);
                    return "orders";
                })
                .build();
        source.close();
        assertThat(asked).containsExactly("q1", "q2");
    }

    @Test
    void aFunctionThatFailsOrGivesNoDestinationFailsTheBuildAndNotEveryDelivery() {
        IllegalStateException failure = new IllegalStateException("not configured");
        assertThatThrownBy(() -> reading(queue -> {
                            throw failure;
                        })
                        .build())
                .isSameAs(failure);
        assertThatThrownBy(() -> reading(queue -> null).build())
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("'q1'");
        assertThatThrownBy(() -> reading(queue -> "").build()).isInstanceOf(IllegalArgumentException.class);
    }
}
