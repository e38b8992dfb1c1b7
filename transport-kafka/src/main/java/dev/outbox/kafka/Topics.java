package dev.outbox.kafka;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;

/** What a source reads. */
sealed interface Topics {
    /** Makes {@code consumer} a member of its group. */
    void subscribe(Consumer<byte[], byte[]> consumer, ConsumerRebalanceListener listener);

    /** Those that have to be there. */
    Set<String> expected();

    /** Topics by their names. */
    record Named(Set<String> names) implements Topics {
        @Override
        public void subscribe(Consumer<byte[], byte[]> consumer, ConsumerRebalanceListener listener) {
            consumer.subscribe(List.copyOf(names), listener);
        }

        @Override
        public Set<String> expected() {
            return names;
        }

        @Override
        public String toString() {
            return String.join(", ", names);
        }
    }

    /** All topics whose names match, also those that are created later. */
    record Matching(Pattern pattern) implements Topics {
        @Override
        public void subscribe(Consumer<byte[], byte[]> consumer, ConsumerRebalanceListener listener) {
            consumer.subscribe(pattern, listener);
        }

        @Override
        public Set<String> expected() {
            return Set.of();
        }

        @Override
        public String toString() {
            return "those matching " + pattern;
        }
    }
}
