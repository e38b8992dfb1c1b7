package dev.outbox.consumer;

import dev.outbox.Health;
import dev.outbox.internal.delivery.ConsumerEngine;
import java.time.Duration;
import java.util.Optional;

/** The verdict on a consumer. */
final class ConsumerHealth {
    private static final Duration STANDSTILL = Duration.ofMinutes(1);

    private ConsumerHealth() {}

    static Health of(ConsumerStatistics statistics, ConsumerEngine.Figures figures, long nowNanos) {
        return switch (statistics.state()) {
            case NEW -> Health.down("it was not started");
            case STOPPING -> Health.down("it is closing");
            case CLOSED -> Health.down("it is closed");
            case FAILED -> Health.down("an Error ended it; the log has it");
            case RUNNING -> running(statistics, figures, nowNanos);
        };
    }

    private static Health running(ConsumerStatistics statistics, ConsumerEngine.Figures figures, long nowNanos) {
        Optional<String> trouble = figures.trouble();
        if (trouble.isPresent()) {
            return Health.degraded(trouble.get());
        }
        Duration still = Duration.ofNanos(Math.max(0, nowNanos - figures.movedNanos()));
        if (figures.buffered() > 0 && still.compareTo(STANDSTILL) >= 0) {
            return Health.degraded("no message came to its end for " + still.toSeconds() + " s, and "
                    + figures.buffered() + " are in memory: look at what the handlers wait for");
        }
        if (statistics.failedPerSecond() > statistics.handledPerSecond()) {
            return Health.degraded("more attempts fail (" + statistics.failedPerSecond() + " a second) than succeed ("
                    + statistics.handledPerSecond() + ")");
        }
        return Health.up();
    }
}
