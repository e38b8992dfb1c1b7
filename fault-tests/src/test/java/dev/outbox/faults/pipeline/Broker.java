package dev.outbox.faults.pipeline;

/** The brokers that messages go through. */
enum Broker {
    KAFKA {
        @Override
        RunningBroker start(int ways) {
            return new KafkaBroker(ways);
        }

        @Override
        BrokerClient client(String address) {
            return new KafkaClient(address);
        }
    },
    RABBITMQ {
        @Override
        RunningBroker start(int ways) {
            return new RabbitBroker(ways);
        }

        @Override
        BrokerClient client(String address) {
            return new RabbitClient(address);
        }
    },
    REDIS {
        @Override
        RunningBroker start(int ways) {
            return new RedisBroker(ways);
        }

        @Override
        BrokerClient client(String address) {
            return new RedisClient(address);
        }
    };

    /** Starts a broker of the test's own. */
    RunningBroker start() {
        return start(0);
    }

    /** Starts a broker of the test's own with so many {@linkplain RunningBroker#ways() further ways} to it. */
    abstract RunningBroker start(int ways);

    /** What connects a process to the broker at {@code address}. */
    abstract BrokerClient client(String address);
}
