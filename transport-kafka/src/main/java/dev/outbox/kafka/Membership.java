package dev.outbox.kafka;

import dev.outbox.kafka.Troubles.Kind;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Metric;

/** Whether the group's coordinator hears from this process: Kafka's consumer tries for ever, without a word to the application. Belongs to the loop's thread. */
final class Membership {
    private static final double SILENCE_SECONDS = 15;
    private static final long BETWEEN_NANOS = Duration.ofSeconds(1).toNanos();

    private final Consumer<byte[], byte[]> consumer;
    private final Troubles troubles;
    private final long bornNanos = System.nanoTime();
    private long notBeforeNanos = bornNanos;

    Membership(Consumer<byte[], byte[]> consumer, Troubles troubles) {
        this.consumer = consumer;
        this.troubles = troubles;
    }

    void step(long nowNanos) {
        if (nowNanos - notBeforeNanos < 0) {
            return;
        }
        notBeforeNanos = nowNanos + BETWEEN_NANOS;
        double silence = silence(nowNanos);
        if (silence > SILENCE_SECONDS) {
            troubles.are(
                    Kind.GROUP,
                    "no broker has answered as the group's coordinator for " + (int) SILENCE_SECONDS
                            + " s: see whether the brokers run and can be reached");
        } else if (silence >= 0) {
            troubles.areOver(Kind.GROUP);
        }
    }

    /** Seconds since it was heard; negative while that cannot be said. */
    private double silence(long nowNanos) {
        double heartbeat = heartbeat().filter(seconds -> seconds >= 0).orElse(-1.0);
        double age = (nowNanos - bornNanos) / 1e9;
        return heartbeat < 0 && age > SILENCE_SECONDS ? age : heartbeat;
    }

    private Optional<Double> heartbeat() {
        return consumer.metrics().entrySet().stream()
                .filter(one -> one.getKey().name().equals("last-heartbeat-seconds-ago"))
                .map(one -> value(one.getValue()))
                .findFirst();
    }

    private static double value(Metric metric) {
        return metric.metricValue() instanceof Number number ? number.doubleValue() : -1;
    }
}
