package dev.outbox.kafka;

import java.time.Duration;

/** The same with the group protocol of Kafka 4, in which the broker assigns the partitions and says how long sessions are. */
class KafkaSourceNewProtocolContractIT extends KafkaSourceContractIT {
    @Override
    KafkaSource.Builder ofProtocol(KafkaSource.Builder builder, Duration session) {
        return builder.property("group.protocol", "consumer");
    }
}
