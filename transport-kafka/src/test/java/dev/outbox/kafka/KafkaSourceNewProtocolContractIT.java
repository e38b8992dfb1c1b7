package dev.outbox.kafka;

/** The same with the group protocol of Kafka 4, in which the broker assigns the partitions. */
class KafkaSourceNewProtocolContractIT extends KafkaSourceContractIT {
    @Override
    KafkaSource.Builder ofProtocol(KafkaSource.Builder builder) {
        return builder.property("group.protocol", "consumer");
    }
}
