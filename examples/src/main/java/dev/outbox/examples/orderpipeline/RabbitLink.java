package dev.outbox.examples.orderpipeline;

import dev.outbox.rabbitmq.RabbitRoute;
import dev.outbox.rabbitmq.RabbitSource;
import dev.outbox.rabbitmq.RabbitTopology;
import dev.outbox.rabbitmq.RabbitTransport;
import dev.outbox.spi.Source;
import dev.outbox.spi.Transport;
import java.util.List;
import java.util.Map;

/** Exchanges of RabbitMQ, and a queue for each consumer and destination. */
record RabbitLink(String uri, String prefix) implements Link {
    private static final String EVERYTHING = "#";

    @Override
    public void declare(Map<String, List<String>> listeners) {
        RabbitTopology topology = RabbitTopology.create().deadLetterQueue(prefix + "dead");
        listeners.forEach((consumer, destinations) -> {
            for (String destination : destinations) {
                String queue = queue(consumer, destination);
                topology.exchange(prefix + destination, "topic")
                        .orderedQueue(queue, prefix + "dead")
                        .bind(queue, prefix + destination, EVERYTHING);
            }
        });
        topology.declare(uri);
    }

    private String queue(String consumer, String destination) {
        return prefix + consumer + "." + destination;
    }

    @Override
    public Transport transport() {
        return RabbitTransport.to(uri)
                .routes(message -> new RabbitRoute(prefix + message.destination(), message.type()))
                .build();
    }

    @Override
    public Source source(String consumer, List<String> destinations) {
        return RabbitSource.from(uri)
                .queues(destinations.stream()
                        .map(destination -> queue(consumer, destination))
                        .toArray(String[]::new))
                .destinations(queue -> queue.substring(queue.lastIndexOf('.') + 1))
                .build();
    }
}
