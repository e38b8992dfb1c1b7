package dev.outbox.faults.pipeline;

/** The brokers that messages go through. */
enum Broker {
    KAFKA {
        @Override
        RunningBroker start() {
            return new KafkaBroker();
        }

        @Override
        BrokerClient client(String address) {
            return new KafkaClient(address);
        }
    },
    RABBITMQ {
        @Override
        RunningBroker start() {
            return new RabbitBroker();
        }

        @Override
        BrokerClient client(String address) {
            return new RabbitClient(address);
        }
    },
    REDIS {
        @Override
        RunningBroker start() {
            return new RedisBroker();
        }

        @Override
        BrokerClient client(String address) {
            return new RedisClient(address);
        }
    };

    /** Starts a broker of the test's own. */
    abstract RunningBroker start();

    /** What connects a process to the broker at {@code address}. */
    abstract BrokerClient client(String address);
}
