package dev.outbox.faults.crash;

import dev.outbox.kafka.KafkaSource;
import dev.outbox.kafka.KafkaTransport;
import dev.outbox.rabbitmq.RabbitSource;
import dev.outbox.rabbitmq.RabbitTopology;
import dev.outbox.rabbitmq.RabbitTransport;
import dev.outbox.redis.RedisServers;
import dev.outbox.redis.RedisStreamsSource;
import dev.outbox.redis.RedisStreamsTransport;
import dev.outbox.spi.Source;
import dev.outbox.spi.Transport;
import dev.outbox.testservers.KafkaServer;
import dev.outbox.testservers.RabbitServer;
import dev.outbox.testservers.RedisServer;
import java.time.Duration;
import java.util.Map;

/** How messages get from the relay to the consumer. */
enum Way {
    IN_PROCESS {
        @Override
        Running start() {
            return new Running("", () -> {});
        }
    },
    KAFKA {
        @Override
        Running start() {
            KafkaServer server = KafkaServer.start(Map.of("group.min.session.timeout.ms", "1000"));
            server.createTopic(DESTINATION, 4, Map.of());
            return new Running(server.bootstrapServers(), server::close);
        }

        @Override
        Transport transport(String address) {
            return KafkaTransport.to(address).build();
        }

        @Override
        Source source(String address) {
            return KafkaSource.from(address)
                    .topics(DESTINATION)
                    .group(CONSUMER)
                    .staticMember("only")
                    .property("session.timeout.ms", 3_000)
                    .property("heartbeat.interval.ms", 500)
                    .build();
        }
    },
    RABBITMQ {
        @Override
        Running start() {
            RabbitServer server = RabbitServer.start();
            String address =
                    "amqp://" + server.user() + ":" + server.password() + "@" + server.host() + ":" + server.port();
            RabbitTopology.create()
                    .exchange(DESTINATION, "fanout")
                    .deadLetterQueue("dead")
                    .orderedQueue(QUEUE, "dead")
                    .bind(QUEUE, DESTINATION, "")
                    .declare(address);
            return new Running(address, server::close);
        }

        @Override
        Transport transport(String address) {
            return RabbitTransport.to(address)
                    .routes(message -> new dev.outbox.rabbitmq.RabbitRoute(message.destination(), ""))
                    .build();
        }

        @Override
        Source source(String address) {
            return RabbitSource.from(address)
                    .queues(QUEUE)
                    .destinations(queue -> DESTINATION)
                    .build();
        }
    },
    REDIS {
        @Override
        Running start() {
            RedisServer server = RedisServer.start(Map.of("appendonly", "yes", "appendfsync", "always"));
            return new Running(server.url().toString(), server::close);
        }

        @Override
        Transport transport(String address) {
            return RedisStreamsTransport.to(RedisServers.at(address)).build();
        }

        @Override
        Source source(String address) {
            return RedisStreamsSource.from(RedisServers.at(address))
                    .streams(DESTINATION)
                    .group(CONSUMER)
                    .createGroups()
                    .lease(Duration.ofSeconds(1))
                    .build();
        }
    };

    static final String DESTINATION = "orders";
    static final String CONSUMER = "billing";
    private static final String QUEUE = "orders.billing";

    /**
     * A broker of one campaign's own.
     *
     * @param address where it is
     * @param close ends it
     */
    record Running(String address, Runnable close) {}

    abstract Running start();

    Transport transport(String address) {
        throw new IllegalStateException(this + " has no broker");
    }

    Source source(String address) {
        throw new IllegalStateException(this + " has no broker");
    }
}
