package dev.outbox.kafka;

import dev.outbox.spi.FailureText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once at each topic that is used, whether it may forget what it confirmed, and warns. Nothing waits for it; what cannot be seen is looked at again a
 * minute later, unless the brokers do not allow it.
 */
final class TopicCheck {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaTransport.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private record Answers(
            Map<String, KafkaFuture<TopicDescription>> descriptions,
            Map<ConfigResource, KafkaFuture<Config>> settings) {
        boolean areThere() {
            return descriptions.values().stream().allMatch(KafkaFuture::isDone)
                    && settings.values().stream().allMatch(KafkaFuture::isDone);
        }
    }

    private final ProducerSettings settings;
    private final Runnable wake;
    private final Queue<String> unseen = new ConcurrentLinkedQueue<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private @Nullable Admin admin;
    private @Nullable Answers answers;
    private long notBeforeNanos;
    private boolean failed;

    TopicCheck(ProducerSettings settings, Runnable wake) {
        this.settings = settings;
        this.wake = wake;
    }

    /** A topic is used for the first time. From any thread. */
    void add(String topic) {
        unseen.add(topic);
        wake.run();
    }

    /** What was found so far. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** On the keeper's thread: asks and reads answers, without waiting. Returns nanoseconds until it wants to be called again. */
    long tend(long now) {
        Answers asked = answers;
        if (asked != null) {
            if (!asked.areThere()) {
                return TIMEOUT.toNanos();
            }
            asked.descriptions()
                    .forEach((topic, description) -> judge(
                            topic,
                            description,
                            Objects.requireNonNull(asked.settings().get(resource(topic)))));
            forget();
            notBeforeNanos = now + AGAIN.toNanos();
        }
        if (unseen.isEmpty()) {
            return Long.MAX_VALUE;
        }
        if (failed && now - notBeforeNanos < 0) {
            return notBeforeNanos - now;
        }
        failed = false;
        ask();
        return TIMEOUT.toNanos();
    }

    private void ask() {
        Set<String> topics = new TreeSet<>();
        for (String topic = unseen.poll(); topic != null; topic = unseen.poll()) {
            topics.add(topic);
        }
        try {
            Admin asking = Admin.create(settings.admin(TIMEOUT));
            admin = asking;
            Collection<ConfigResource> resources =
                    topics.stream().map(TopicCheck::resource).collect(Collectors.toList());
            Answers coming = new Answers(
                    asking.describeTopics(topics).topicNameValues(),
                    asking.describeConfigs(resources).values());
            coming.descriptions().values().forEach(this::wakeWhenDone);
            coming.settings().values().forEach(this::wakeWhenDone);
            answers = coming;
        } catch (KafkaException e) {
            LOG.debug("topics could not be looked at: {}", FailureText.of(e));
            forget();
            unseen.addAll(topics);
            failed = true;
        }
    }

    private void wakeWhenDone(KafkaFuture<?> future) {
        KafkaFuture<?> unused = future.whenComplete((value, error) -> wake.run());
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private void judge(String topic, KafkaFuture<TopicDescription> described, KafkaFuture<Config> configured) {
        try {
            int copies = described.get().partitions().stream()
                    .mapToInt(partition -> partition.replicas().size())
                    .min()
                    .orElse(0);
            Config config = configured.get();
            warnings(
                            topic,
                            copies,
                            value(config, "min.insync.replicas"),
                            value(config, "unclean.leader.election.enable"))
                    .forEach(this::warn);
        } catch (ExecutionException e) {
            LOG.debug("topic {} could not be looked at: {}", topic, FailureText.of(e));
            if (!(e.getCause() instanceof AuthorizationException)) {
                failed = true;
                unseen.add(topic);
            }
        } catch (InterruptedException neverOnADaemonOfOurs) {
            Thread.currentThread().interrupt();
        }
    }

    private static String value(Config config, String name) {
        ConfigEntry entry = config.get(name);
        return entry == null || entry.value() == null ? "" : entry.value();
    }

    /** What to say about a topic with so many copies and these settings. */
    static List<String> warnings(String topic, int copies, String minInSync, String unclean) {
        List<String> found = new ArrayList<>();
        if (copies < 2) {
            found.add("topic '" + topic + "' keeps one copy: a broker that loses its disk loses confirmed messages;"
                    + " give it three replicas");
        } else if (minInSync.equals("1")) {
            found.add("topic '" + topic
                    + "' has min.insync.replicas=1: a message may be confirmed when one broker alone has"
                    + " it; set 2");
        }
        if (unclean.equals("true")) {
            found.add("topic '" + topic
                    + "' has unclean.leader.election.enable=true: a broker that lacks confirmed messages"
                    + " may become the leader; set false");
        }
        return found;
    }

    private void warn(String warning) {
        warnings.add(warning);
        LOG.warn("Kafka at {}: {}", settings.servers(), warning);
    }

    private void forget() {
        answers = null;
        Admin asked = admin;
        admin = null;
        if (asked != null) {
            asked.close(Duration.ZERO);
        }
    }

    /** On the keeper's thread, as the last thing. */
    void close() {
        forget();
    }
}
