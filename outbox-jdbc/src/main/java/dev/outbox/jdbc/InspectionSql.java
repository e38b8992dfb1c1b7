package dev.outbox.jdbc;

/**
 * Statements that look at what stands in the tables, without a lock. Each reads as many rows as it is told to, or looks some up in an index, whatever else is in the
 * tables.
 *
 * <p>"(first of key)" stands for: message id, type, reason, attempts, last error, microseconds until it is due (null while it waits behind another), and
 * microseconds since it was published.
 */
interface InspectionSql {
    /** (bound): reason and how many, of the rows of {@code outbox_parked}. */
    String parkedByReason();

    /** (bound): reason and how many, of the rows of {@code outbox_dead_letter}. */
    String deadByReason();

    /** (bound): consumer and how many, of the rows of {@code inbox_parked}. */
    String waitingByConsumer();

    /** (destination): the next destination with blocking rows in {@code outbox_parked}. */
    String nextDestination();

    /** (destination, key): the next key with blocking rows in {@code outbox_parked}. */
    String nextKey();

    /** (destination, key): (first of key) of the blocking rows of {@code outbox_parked}. */
    String firstOfKey();

    /** (destination, key, bound): how many blocking rows {@code outbox_parked} has of it. */
    String countOfKey();

    /** (consumer): the next consumer with rows in {@code inbox_parked}. */
    String nextConsumer();

    /** (consumer, destination): the consumer's next destination with rows in {@code inbox_parked}. */
    String nextDestinationOfConsumer();

    /** (consumer, destination, key): the next key with rows in {@code inbox_parked}. */
    String nextKeyOfConsumer();

    /** (consumer, destination, key): (first of key) of the rows of {@code inbox_parked}, with an empty reason. */
    String firstOfConsumersKey();

    /** (consumer, destination, key, bound): how many rows {@code inbox_parked} has of it. */
    String countOfConsumersKey();
}
