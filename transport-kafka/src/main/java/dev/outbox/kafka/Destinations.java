package dev.outbox.kafka;

import dev.outbox.Message;
import dev.outbox.spi.FailureText;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The destinations of topics, by the application's function, which is asked once for each before it is read. A topic for which it fails is not read, and the others are; it
 * is asked again every second. Belongs to the loop's thread.
 */
final class Destinations {
    private static final long BETWEEN_NANOS = Duration.ofSeconds(1).toNanos();

    private final Function<String, String> ofTopic;
    private final Troubles troubles;
    private final Map<String, String> known = new HashMap<>();
    /** The topics without a destination, and when to ask again. */
    private final Map<String, Long> unknown = new TreeMap<>();

    Destinations(Function<String, String> ofTopic, Troubles troubles) {
        this.ofTopic = ofTopic;
        this.troubles = troubles;
    }

    /** The destination of a topic that {@link #find} has found. */
    String of(String topic) {
        return Objects.requireNonNull(known.get(topic), topic);
    }

    /** Whether the destination of {@code topic} is known; asks for it, if it is time to. */
    boolean find(String topic, long nowNanos) {
        if (known.containsKey(topic)) {
            return true;
        }
        Long again = unknown.get(topic);
        return (again == null || nowNanos - again >= 0) && ask(topic, nowNanos);
    }

    private boolean ask(String topic, long nowNanos) {
        try {
            String destination = Objects.requireNonNull(ofTopic.apply(topic), "it gave null");
            Message.to(destination); // or it is none
            known.put(topic, destination);
            if (unknown.remove(topic) != null && unknown.isEmpty()) {
                troubles.areOver(Troubles.Kind.DESTINATIONS);
            }
            return true;
        } catch (RuntimeException failure) {
            unknown.put(topic, nowNanos + BETWEEN_NANOS);
            troubles.are(
                    Troubles.Kind.DESTINATIONS,
                    "topics are not read, because the application's function that finds their destinations fails: "
                            + unknown.keySet(),
                    FailureText.of(failure));
            return false;
        }
    }
}
