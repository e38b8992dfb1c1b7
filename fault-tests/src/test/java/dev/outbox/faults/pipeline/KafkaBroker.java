package dev.outbox.faults.pipeline;

import dev.outbox.testservers.FaultyProxy;
import dev.outbox.testservers.KafkaServer;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** One node of Kafka. Members of a group count as dead after {@value KafkaClient#SESSION_MILLIS} ms of silence. */
final class KafkaBroker implements RunningBroker {
    private static final int PARTITIONS = 12;
    private static final long CALL_SECONDS = 30;

    private final KafkaServer server;

    KafkaBroker(int ways) {
        KafkaServer.Extra[] extras =
                Collections.nCopies(ways, KafkaServer.Extra.PROXIED).toArray(new KafkaServer.Extra[0]);
        server = KafkaServer.start(Map.of("group.min.session.timeout.ms", "1000"), extras);
    }

    @Override
    public String address() {
        return server.bootstrapServers();
    }

    @Override
    public List<FaultyProxy> ways() {
        return server.proxies();
    }

    @Override
    public String address(FaultyProxy way) {
        return way.host() + ":" + way.port();
    }

    @Override
    public void create(String destination, String... groups) {
        server.createTopic(destination, PARTITIONS, Map.of());
    }

    @Override
    public long appended(String destination) {
        try (Admin admin = admin()) {
            return ends(admin, destination).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    @Override
    public long unfinished(String destination, String group) {
        try (Admin admin = admin()) {
            Map<TopicPartition, OffsetAndMetadata> committed =
                    result(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
            long unfinished = 0;
            for (Map.Entry<TopicPartition, Long> end : ends(admin, destination).entrySet()) {
                OffsetAndMetadata position = committed.get(end.getKey());
                unfinished += end.getValue() - (position == null ? 0 : position.offset());
            }
            return unfinished;
        }
    }

    private static Map<TopicPartition, Long> ends(Admin admin, String topic) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        result(admin.describeTopics(List.of(topic)).allTopicNames())
                .get(topic)
                .partitions()
                .forEach(
                        partition -> latest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        Map<TopicPartition, ListOffsetsResultInfo> found =
                result(admin.listOffsets(latest).all());
        found.forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", address()));
    }

    private static <T> T result(KafkaFuture<T> future) {
        try {
            return future.get(CALL_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("Kafka does not say", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public void restart() {
        server.restart();
    }

    @Override
    public void freeze() {
        server.pause();
    }

    @Override
    public void thaw() {
        server.resume();
    }

    @Override
    public boolean endsConnections() {
        return false;
    }

    @Override
    public void endConnections() {
        throw new UnsupportedOperationException("Kafka cannot be told to");
    }

    @Override
    public void close() {
        server.close();
    }
}
