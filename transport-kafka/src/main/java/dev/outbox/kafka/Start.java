package dev.outbox.kafka;

import java.time.Instant;

/** Where a group begins to read a partition of which it has no position yet. */
sealed interface Start {
    /** At the first record that is there. */
    record Earliest() implements Start {
        @Override
        public String toString() {
            return "the earliest record";
        }
    }

    /** After what is there when the group begins. */
    record Latest() implements Start {
        @Override
        public String toString() {
            return "what comes after the group's first start";
        }
    }

    /** At the first record whose timestamp is not before {@code instant}. */
    record At(Instant instant) implements Start {
        @Override
        public String toString() {
            return "the first record of " + instant + " or later";
        }
    }
}
