package dev.outbox.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** What the broker itself says and does, by clients of the test's own. */
final class Cluster implements AutoCloseable {
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;

    Cluster(String servers) {
        Map<String, Object> properties = Map.of("bootstrap.servers", servers);
        this.admin = Admin.create(properties);
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Writes records with these texts into a partition, each by itself. */
    void write(String topic, int partition, String... texts) {
        List<Future<?>> sent = new ArrayList<>();
        for (String text : texts) {
            sent.add(producer.send(new ProducerRecord<>(topic, partition, null, text.getBytes(UTF_8))));
        }
        producer.flush();
        sent.forEach(Cluster::result);
    }

    void write(ProducerRecord<byte[], byte[]> one) {
        result(producer.send(one));
    }

    /** The group's position of a partition; -1 if it has none. */
    long position(String group, String topic, int partition) {
        OffsetAndMetadata committed = committed(group, topic, partition);
        return committed == null ? -1 : committed.offset();
    }

    @Nullable
    OffsetAndMetadata committed(String group, String topic, int partition) {
        return result(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .get(new TopicPartition(topic, partition));
    }

    /** By the broker's figures: the ends of the partitions less the group's positions. */
    long lag(String group, String topic, int partitions) {
        long lag = 0;
        for (int i = 0; i < partitions; i++) {
            TopicPartition partition = new TopicPartition(topic, i);
            long end = result(admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                            .partitionResult(partition))
                    .offset();
            lag += end - position(group, topic, i);
        }
        return lag;
    }

    ConsumerGroupDescription group(String group) {
        return result(
                admin.describeConsumerGroups(List.of(group)).describedGroups().get(group));
    }

    void deleteRecords(String topic, int partition, long before) {
        result(admin.deleteRecords(Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(before)))
                .all());
    }

    void addPartitions(String topic, int newTotal) {
        result(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(newTotal)))
                .all());
    }

    void deleteTopics(Collection<String> topics) {
        result(admin.deleteTopics(topics).all());
    }

    /** The least that a consumer needs. */
    void allowReading(String user, String topic, String group) {
        result(admin.createAcls(List.of(
                        allow(user, ResourceType.TOPIC, topic, AclOperation.READ),
                        allow(user, ResourceType.GROUP, group, AclOperation.READ)))
                .all());
    }

    private static AclBinding allow(String user, ResourceType type, String name, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static <T> T result(KafkaFuture<T> future) {
        return result(future.toCompletionStage().toCompletableFuture());
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
