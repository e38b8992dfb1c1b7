package dev.outbox.examples.orderpipeline;

import dev.outbox.testservers.KafkaServer;
import dev.outbox.testservers.RabbitServer;
import dev.outbox.testservers.RedisServer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The brokers that can lie between the services. */
enum BrokerKind {
    /** Each destination is a topic, each consumer a group. */
    KAFKA {
        @Override
        PrivateBroker startPrivate() {
            KafkaServer server = KafkaServer.start();
            return new PrivateBroker(server.bootstrapServers(), server::close);
        }

        @Override
        Link link(String address, String prefix) {
            return new KafkaLink(address, prefix);
        }
    },
    /** Each destination is an exchange, and each consumer has a queue for each that it listens to. The address is a URI, {@code amqp://user:password@host:port}. */
    RABBITMQ {
        @Override
        PrivateBroker startPrivate() {
            RabbitServer server = RabbitServer.start();
            String uri =
                    "amqp://" + server.user() + ":" + server.password() + "@" + server.host() + ":" + server.port();
            return new PrivateBroker(uri, server::close);
        }

        @Override
        Link link(String address, String prefix) {
            return new RabbitLink(address, prefix);
        }
    },
    /** Each destination is a stream, each consumer a group. The address is a URL, {@code redis://host:port}. */
    REDIS {
        @Override
        PrivateBroker startPrivate() {
            RedisServer server = RedisServer.start();
            return new PrivateBroker(server.url().toString(), server::close);
        }

        @Override
        Link link(String address, String prefix) {
            return new RedisLink(address, prefix);
        }
    };

    /**
     * A broker that ends, and forgets everything, when it is closed.
     *
     * @param address where it is
     * @param end ends it
     */
    record PrivateBroker(String address, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    /** Starts a broker for one run. */
    abstract PrivateBroker startPrivate();

    /**
     * A way to the broker at {@code address}.
     *
     * @param prefix begins all names there, so that each shop has its own
     */
    abstract Link link(String address, String prefix);

    /** @throws UsageException if there is none of this name */
    static BrokerKind named(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new UsageException(
                        "--transport must be in-process or one of " + names() + ", not '" + name + "'"));
    }

    private static List<String> names() {
        return Arrays.stream(values())
                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
