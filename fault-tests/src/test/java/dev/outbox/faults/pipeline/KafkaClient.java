package dev.outbox.faults.pipeline;

import dev.outbox.kafka.KafkaSource;
import dev.outbox.kafka.KafkaTransport;
import dev.outbox.spi.Source;
import dev.outbox.spi.Transport;
import java.util.Optional;

/** Kafka's clients. */
record KafkaClient(String address) implements BrokerClient {
    static final int SESSION_MILLIS = 3_000;

    @Override
    public Transport transport() {
        return KafkaTransport.to(address).build();
    }

    @Override
    public Source source(String destination, String group, Optional<String> member) {
        KafkaSource.Builder builder = KafkaSource.from(address)
                .topics(destination)
                .group(group)
                .property("session.timeout.ms", SESSION_MILLIS)
                .property("heartbeat.interval.ms", SESSION_MILLIS / 5);
        member.ifPresent(builder::staticMember);
        return builder.build();
    }
}
