package dev.outbox.monitoring;

import dev.outbox.Health;
import dev.outbox.consumer.Consumer;
import dev.outbox.consumer.ConsumerStatistics;
import dev.outbox.spi.Backlog;
import java.time.Duration;
import java.util.List;

/** The attributes of a consumer's bean. */
final class ConsumerFigures {
    private static final double NANOS_IN_A_MILLI = 1e6;

    /** One look. */
    private record Look(ConsumerStatistics statistics, Health health) {}

    private ConsumerFigures() {}

    static Figures<?> of(Consumer consumer) {
        return new Figures<>(
                "What became of the messages of consumer " + consumer.name() + " in this process",
                () -> new Look(consumer.statistics(), consumer.health()),
                List.of(
                        new Figure<>(
                                "State",
                                String.class,
                                "NEW, RUNNING, STOPPING, CLOSED or FAILED",
                                look -> look.statistics().state().name()),
                        new Figure<>(
                                "Health",
                                String.class,
                                "UP, DEGRADED or DOWN",
                                look -> look.health().status().name()),
                        new Figure<>(
                                "HealthReason",
                                String.class,
                                "why, in words",
                                look -> look.health().reason()),
                        new Figure<>(
                                "Handled",
                                Long.class,
                                "messages handled",
                                look -> look.statistics().handled()),
                        new Figure<>(
                                "Failed",
                                Long.class,
                                "attempts that were charged",
                                look -> look.statistics().failed()),
                        new Figure<>(
                                "Retries",
                                Long.class,
                                "messages that were to come again",
                                look -> look.statistics().retries()),
                        new Figure<>(
                                "Parked",
                                Long.class,
                                "messages put into the store",
                                look -> look.statistics().parked()),
                        new Figure<>(
                                "DeadLetters",
                                Long.class,
                                "messages given up",
                                look -> look.statistics().dead()),
                        new Figure<>(
                                "HandledPerSecond",
                                Double.class,
                                "over ten seconds",
                                look -> look.statistics().handledPerSecond()),
                        new Figure<>(
                                "FailedPerSecond",
                                Double.class,
                                "over ten seconds",
                                look -> look.statistics().failedPerSecond()),
                        new Figure<>(
                                "LatencyP50Millis",
                                Double.class,
                                "of handling, since the start",
                                look -> millis(look.statistics().latencyP50())),
                        new Figure<>(
                                "LatencyP99Millis",
                                Double.class,
                                "of handling, since the start",
                                look -> millis(look.statistics().latencyP99())),
                        new Figure<>(
                                "Lag",
                                Long.class,
                                "messages at the broker that are not finished",
                                look -> look.statistics().lag().isPresent()
                                        ? look.statistics().lag().getAsLong()
                                        : null),
                        new Figure<>(
                                "OldestUnfinishedSeconds",
                                Double.class,
                                "age of the message that has been in memory for the longest time",
                                look -> look.statistics()
                                        .oldestUnfinished()
                                        .map(age -> millis(age) / 1_000)
                                        .orElse(null)),
                        new Figure<>(
                                "Waiting",
                                Integer.class,
                                "in memory, for the next attempt",
                                look -> look.statistics().waiting()),
                        new Figure<>(
                                "Buffered",
                                Integer.class,
                                "messages in memory",
                                look -> look.statistics().buffered()),
                        new Figure<>(
                                "BufferedBytes",
                                Long.class,
                                "their payloads",
                                look -> look.statistics().bufferedBytes()),
                        new Figure<>(
                                "SourcePaused",
                                Boolean.class,
                                "since the buffer is full",
                                look -> look.statistics().paused()),
                        new Figure<>(
                                "ParkedInStore",
                                Long.class,
                                "messages parked for all processes; 10000 means at least so many",
                                look -> look.statistics()
                                        .backlog()
                                        .map(Backlog::parked)
                                        .orElse(null)),
                        new Figure<>(
                                "PausedKeys",
                                Long.class,
                                "keys that are held back by these",
                                look -> look.statistics()
                                        .backlog()
                                        .map(Backlog::keys)
                                        .orElse(null))));
    }

    static double millis(Duration time) {
        return time.toNanos() / NANOS_IN_A_MILLI;
    }
}
