package dev.outbox.examples.orderpipeline;

import dev.outbox.kafka.KafkaSource;
import dev.outbox.kafka.KafkaTransport;
import dev.outbox.spi.Source;
import dev.outbox.spi.Transport;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Topics and groups of Kafka. */
record KafkaLink(String servers, String prefix) implements Link {
    private static final int PARTITIONS = 6;
    private static final short REPLICAS = 1;

    @Override
    public void declare(Map<String, List<String>> listeners) throws InterruptedException {
        Set<String> destinations = new HashSet<>();
        listeners.values().forEach(destinations::addAll);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            for (String destination : destinations) {
                create(admin, new NewTopic(prefix + destination, PARTITIONS, REPLICAS));
            }
        }
    }

    private static void create(Admin admin, NewTopic topic) throws InterruptedException {
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException failed) {
            if (!(failed.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException("cannot create topic " + topic.name(), failed.getCause());
            }
        }
    }

    @Override
    public Transport transport() {
        return KafkaTransport.to(servers)
                .topics(destination -> prefix + destination)
                .build();
    }

    @Override
    public Source source(String consumer, List<String> destinations) {
        return KafkaSource.from(servers)
                .topics(destinations.stream()
                        .map(destination -> prefix + destination)
                        .toArray(String[]::new))
                .destinations(topic -> topic.substring(prefix.length()))
                .group(prefix + consumer)
                // The one process of its name gets its partitions back at once when it is started again after a kill.
                .staticMember(consumer)
                .build();
    }
}
