package dev.outbox.faults.load;

import dev.outbox.Message;
import java.util.ArrayList;
import java.util.List;

/** How long messages took from their publishing to their arrival, when their payload is the nanosecond of the former. Thread-safe. */
final class Delays {
    private record Delay(long publishedNanos, long tookNanos) {}

    private final List<Delay> delays = new ArrayList<>();

    synchronized void arrived(Message message) {
        long published = Long.parseLong(message.payload().toUtf8String());
        delays.add(new Delay(published, System.nanoTime() - published));
    }

    /** In milliseconds, of what was published between the two. */
    synchronized double[] between(long fromNanos, long untilNanos) {
        return delays.stream()
                .filter(delay -> delay.publishedNanos() - fromNanos >= 0 && delay.publishedNanos() - untilNanos < 0)
                .mapToDouble(delay -> Figures.millis(delay.tookNanos()))
                .toArray();
    }
}
