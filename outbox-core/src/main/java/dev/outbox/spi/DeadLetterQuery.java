package dev.outbox.spi;

import java.time.Duration;
import java.util.Optional;

/**
 * Which dead letters; all conditions must hold. Immutable.
 *
 * @param numberAbove dead letters with a higher number; 0 for all. To page, give the last number of the page before
 * @param number this one alone
 * @param messageId of this message
 * @param destination of messages to this destination
 * @param key of messages with this key
 * @param type of messages of this type
 * @param consumer given up by this consumer; an empty string means by the relay
 * @param olderThan that died longer ago than this, by the database's clock
 * @param limit at most so many, lowest number first; 1 to 10,000
 */
public record DeadLetterQuery(
        long numberAbove,
        Optional<Long> number,
        Optional<String> messageId,
        Optional<String> destination,
        Optional<String> key,
        Optional<String> type,
        Optional<String> consumer,
        Optional<Duration> olderThan,
        int limit) {
    /** The largest limit. */
    public static final int MAX_LIMIT = 10_000;

    private static final DeadLetterQuery ALL = new DeadLetterQuery(
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            100);

    /** @throws IllegalArgumentException if the limit is out of bounds or {@code numberAbove} is negative */
    public DeadLetterQuery {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit " + limit + " must be 1 to " + MAX_LIMIT);
        }
        if (numberAbove < 0) {
            throw new IllegalArgumentException("numberAbove " + numberAbove + " must not be negative");
        }
    }

    /** All, at most 100 at a time. */
    public static DeadLetterQuery all() {
        return ALL;
    }

    /** The one with this number. */
    public static DeadLetterQuery number(long number) {
        return new DeadLetterQuery(
                0,
                Optional.of(number),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1);
    }

    /** Those after {@code number}. */
    public DeadLetterQuery above(long number) {
        return new DeadLetterQuery(number, this.number, messageId, destination, key, type, consumer, olderThan, limit);
    }

    /** Those of this message. */
    public DeadLetterQuery messageId(String messageId) {
        return new DeadLetterQuery(
                numberAbove, number, Optional.of(messageId), destination, key, type, consumer, olderThan, limit);
    }

    /** Those to this destination. */
    public DeadLetterQuery destination(String destination) {
        return new DeadLetterQuery(
                numberAbove, number, messageId, Optional.of(destination), key, type, consumer, olderThan, limit);
    }

    /** Those with this key. */
    public DeadLetterQuery key(String key) {
        return new DeadLetterQuery(
                numberAbove, number, messageId, destination, Optional.of(key), type, consumer, olderThan, limit);
    }

    /** Those of this type. */
    public DeadLetterQuery type(String type) {
        return new DeadLetterQuery(
                numberAbove, number, messageId, destination, key, Optional.of(type), consumer, olderThan, limit);
    }

    /** Those that this consumer gave up. */
    public DeadLetterQuery consumer(String consumer) {
        return new DeadLetterQuery(
                numberAbove, number, messageId, destination, key, type, Optional.of(consumer), olderThan, limit);
    }

    /** Those that the relay gave up. */
    public DeadLetterQuery ofRelay() {
        return consumer("");
    }

    /** Those that died longer ago than {@code age}. */
    public DeadLetterQuery olderThan(Duration age) {
        return new DeadLetterQuery(
                numberAbove, number, messageId, destination, key, type, consumer, Optional.of(age), limit);
    }

    /** At most {@code limit} of them. */
    public DeadLetterQuery limit(int limit) {
        return new DeadLetterQuery(numberAbove, number, messageId, destination, key, type, consumer, olderThan, limit);
    }
}
