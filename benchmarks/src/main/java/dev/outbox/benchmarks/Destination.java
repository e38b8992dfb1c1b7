package dev.outbox.benchmarks;

import dev.outbox.spi.Transport;

/** Where messages are drained to: a private server with a topic, queue or stream, the transport to it, and the same by hand. All connected before the clock starts. */
interface Destination extends AutoCloseable {
    /** Which destination. */
    enum Kind {
        /** Nothing is sent. */
        NONE,
        /** A topic of eight partitions. */
        KAFKA,
        /** A quorum queue. */
        RABBITMQ,
        /** A stream, on a server that writes every change to its append-only file and to the disk before it answers. */
        REDIS
    }

    static Destination open(Kind kind) {
        return switch (kind) {
            case NONE -> new NoDestination();
            case KAFKA -> new KafkaDestination();
            case RABBITMQ -> new RabbitDestination();
            case REDIS -> new RedisDestination();
        };
    }

    /** The product's way. */
    Transport transport();

    /** The way by hand, with {@link Attributes#FEW}. */
    MinimumSink sink();

    /** The same for messages that say as much as the product's: {@link Attributes#ALL}. */
    MinimumSink fullSink();

    /** Removes what has arrived. */
    void empty();

    /** How many messages have arrived since {@link #empty}. */
    long arrived();

    @Override
    void close();
}
