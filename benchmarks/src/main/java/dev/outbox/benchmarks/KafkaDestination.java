package dev.outbox.benchmarks;

import dev.outbox.kafka.KafkaTransport;
import dev.outbox.spi.Transport;
import dev.outbox.testservers.KafkaServer;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/** A topic of eight partitions on one node. */
final class KafkaDestination implements Destination {
    private static final int PARTITIONS = 8;
    private static final long PATIENCE_SECONDS = 60;

    private final KafkaServer server = KafkaServer.start();
    private final String topic = server.createTopic(PARTITIONS);
    private final Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrapServers()));
    private final KafkaSink sink = new KafkaSink(server.bootstrapServers(), topic, Attributes.FEW);
    private final KafkaSink fullSink = new KafkaSink(server.bootstrapServers(), topic, Attributes.ALL);
    private final KafkaTransport transport = KafkaTransport.to(server.bootstrapServers())
            .topics(destination -> topic)
            .build();
    private long arrivedBefore;

    @Override
    public Transport transport() {
        return transport;
    }

    @Override
    public MinimumSink sink() {
        return sink;
    }

    @Override
    public MinimumSink fullSink() {
        return fullSink;
    }

    @Override
    public void empty() {
        Map<TopicPartition, Long> ends = ends();
        Map<TopicPartition, RecordsToDelete> all = ends.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, end -> RecordsToDelete.beforeOffset(end.getValue())));
        await(admin.deleteRecords(all).all().toCompletionStage().toCompletableFuture());
        arrivedBefore = sum(ends);
    }

    @Override
    public long arrived() {
        return sum(ends()) - arrivedBefore;
    }

    private Map<TopicPartition, Long> ends() {
        Map<TopicPartition, OffsetSpec> latest = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
        return await(admin.listOffsets(latest).all().toCompletionStage().toCompletableFuture()).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, found -> found.getValue().offset()));
    }

    private static long sum(Map<TopicPartition, Long> ends) {
        return ends.values().stream().mapToLong(Long::longValue).sum();
    }

    private static <T> T await(java.util.concurrent.Future<T> answer) {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Kafka does not answer", e);
        }
    }

    @Override
    public void close() {
        transport.close();
        sink.close();
        fullSink.close();
        admin.close();
        server.close();
    }
}
