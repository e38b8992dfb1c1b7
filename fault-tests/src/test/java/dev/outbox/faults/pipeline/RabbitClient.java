package dev.outbox.faults.pipeline;

import dev.outbox.rabbitmq.RabbitRoute;
import dev.outbox.rabbitmq.RabbitSource;
import dev.outbox.rabbitmq.RabbitTransport;
import dev.outbox.spi.Source;
import dev.outbox.spi.Transport;
import java.util.Optional;
import java.util.stream.IntStream;

/** RabbitMQ's clients. The keys of a destination are spread over shards, by routing keys. */
record RabbitClient(String address) implements BrokerClient {
    static final int SHARDS = 4;

    static String queue(String destination, String group, int shard) {
        return destination + "." + group + "." + shard;
    }

    @Override
    public Transport transport() {
        return RabbitTransport.to(address)
                .routes(message -> new RabbitRoute(
                        message.destination(),
                        String.valueOf(Math.floorMod(message.key().orElse("").hashCode(), SHARDS))))
                .build();
    }

    @Override
    public Source source(String destination, String group, Optional<String> member) {
        return RabbitSource.from(address)
                .queues(IntStream.range(0, SHARDS)
                        .mapToObj(shard -> queue(destination, group, shard))
                        .toArray(String[]::new))
                .destinations(queue -> destination)
                .build();
    }
}
