package dev.outbox.rabbitmq;

import dev.outbox.Message;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * What a source reads and how.
 *
 * @param queues the queues
 * @param prefetch how many deliveries of each queue may be unacknowledged
 * @param order what is kept
 * @param destinations the destination that messages of each queue have
 */
record ReadOptions(List<String> queues, int prefetch, RabbitSource.Order order, Map<String, String> destinations) {
    ReadOptions {
        queues = List.copyOf(queues);
        destinations = Map.copyOf(destinations);
    }

    String destination(String queue) {
        return Objects.requireNonNull(destinations.get(queue), queue);
    }

    /**
     * What {@code ofQueue} says of each queue, asked once: later its failure would be that of every delivery.
     *
     * @throws IllegalArgumentException if it is nothing that a message can be sent to
     */
    static Map<String, String> destinations(Collection<String> queues, Function<String, String> ofQueue) {
        Map<String, String> destinations = new LinkedHashMap<>();
        for (String queue : queues) {
            String destination = Objects.requireNonNull(
                    ofQueue.apply(queue), () -> "the destination of the messages in queue '" + queue + "'");
            Message.to(destination); // or it is none
            destinations.put(queue, destination);
        }
        return destinations;
    }
}
