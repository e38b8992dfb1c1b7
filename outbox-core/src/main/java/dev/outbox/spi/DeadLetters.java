package dev.outbox.spi;

import java.util.List;
import java.util.Optional;

/**
 * The dead letter queue: what was given up, by the relay and by consumers, until a person decides. Thread-safe; every call is one transaction on a
 * connection of its own.
 */
public interface DeadLetters {
    /** Those that {@code query} means, lowest number first, at most its limit. */
    List<DeadLetter> list(DeadLetterQuery query);

    /** How many {@code query} means, without regard to its limit; reads them all. */
    long count(DeadLetterQuery query);

    /** The one with this number. */
    default Optional<DeadLetter> read(long number) {
        return list(DeadLetterQuery.number(number)).stream().findFirst();
    }

    /**
     * Sends those that {@code query} means once more, at most its limit, in the order of their numbers: what the relay gave up goes to the end of the
     * outbox at a new position, what a consumer gave up goes to that consumer alone. Each is redriven at most once, also by concurrent calls (G9):
     * it is taken from the dead letters in the same transaction. Attempts begin anew. A message that was confirmed after it was given up is redriven
     * all the same; its receivers know its id.
     *
     * @return how many
     */
    int redrive(DeadLetterQuery query);

    /**
     * Redrives all that {@code query} means now, without regard to its limit, in the order of their numbers, at most {@code perSecond} of them a second.
     * Waits meanwhile; an interrupt ends it early. What dies again during the call is left alone.
     *
     * @return how many
     * @throws IllegalArgumentException if {@code perSecond} is not above 0 and at most 1,000,000
     */
    default long redriveAtRate(DeadLetterQuery query, double perSecond) {
        return RedriveAtRate.of(this, perSecond).run(query);
    }

    /**
     * Deletes those that {@code query} means, at most its limit.
     *
     * @return how many
     */
    int discard(DeadLetterQuery query);
}
