package dev.outbox.rabbitmq;

import java.util.List;
import java.util.function.Function;

/**
 * What a source reads and how.
 *
 * @param queues the queues
 * @param prefetch how many deliveries of each queue may be unacknowledged
 * @param order what is kept
 * @param destinations the destination that messages of a queue have
 */
record ReadOptions(List<String> queues, int prefetch, RabbitSource.Order order, Function<String, String> destinations) {
    ReadOptions {
        queues = List.copyOf(queues);
    }
}
