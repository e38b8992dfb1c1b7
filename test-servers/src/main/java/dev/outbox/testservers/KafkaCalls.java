package dev.outbox.testservers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;

/** The few calls by which a broker is set up, each over a client of its own. */
final class KafkaCalls {
    private static final int BOUND_MILLIS = 30_000;
    private static final int CONNECT_MILLIS = 1_000;

    private KafkaCalls() {}

    /** Creates a topic and waits until its partitions have a leader. */
    static void createTopic(String servers, String name, int partitions, Map<String, String> settings) {
        try (Admin admin = admin(servers)) {
            NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(settings);
            result(admin.createTopics(List.of(topic)).all(), "create topic " + name);
            Await.until(
                    () -> hasLeaders(admin, name, partitions),
                    Duration.ofMillis(BOUND_MILLIS),
                    () -> "topic " + name + " has no leaders");
        }
    }

    private static boolean hasLeaders(Admin admin, String name, int partitions) {
        try {
            return admin
                            .describeTopics(List.of(name))
                            .allTopicNames()
                            .get(BOUND_MILLIS, TimeUnit.MILLISECONDS)
                            .values()
                            .stream()
                            .flatMap(topic -> topic.partitions().stream())
                            .filter(partition -> partition.leader() != null
                                    && !partition.leader().isEmpty())
                            .count()
                    == partitions;
        } catch (ExecutionException notYetKnown) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } catch (TimeoutException silent) {
            return false;
        }
    }

    /** Waits until the broker answers; if it does not, or ends, says why. */
    static Optional<String> awaitAnswer(String servers, BooleanSupplier running, Duration bound) {
        long startNanos = System.nanoTime();
        // Without a client at first: that would log each refused connection.
        Await.holdsWithin(() -> accepts(servers) || !running.getAsBoolean(), bound);
        AtomicReference<String> silence = new AtomicReference<>("nobody listens");
        Duration rest = bound.minusNanos(System.nanoTime() - startNanos);
        Await.holdsWithin(() -> !running.getAsBoolean() || answers(servers, silence), rest);
        return Optional.of(Objects.requireNonNull(silence.get())).filter(reason -> !reason.isEmpty());
    }

    private static boolean answers(String servers, AtomicReference<String> silence) {
        if (!accepts(servers)) {
            return false;
        }
        try (Admin admin = admin(servers)) {
            boolean hasNodes = !result(admin.describeCluster().nodes(), "describe the cluster")
                    .isEmpty();
            silence.set(hasNodes ? "" : "the cluster has no nodes");
            return hasNodes;
        } catch (RuntimeException failure) {
            silence.set(failure.toString());
            return false;
        }
    }

    private static boolean accepts(String servers) {
        String first = servers.contains(",") ? servers.substring(0, servers.indexOf(',')) : servers;
        int colon = first.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            int port = Integer.parseInt(first.substring(colon + 1).strip());
            socket.connect(new InetSocketAddress(first.substring(0, colon), port), CONNECT_MILLIS);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static <T> T result(KafkaFuture<T> future, String what) {
        try {
            return future.get(BOUND_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("Cannot " + what + ": " + failed, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while trying to " + what, interrupted);
        }
    }

    private static Admin admin(String servers) {
        return Admin.create(Map.of(
                "bootstrap.servers", servers,
                "request.timeout.ms", BOUND_MILLIS,
                "default.api.timeout.ms", BOUND_MILLIS));
    }
}
