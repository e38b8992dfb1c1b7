package dev.outbox.jdbc;

import dev.outbox.spi.DeadLetterQuery;
import java.sql.SQLException;
import java.util.List;

/**
 * Statements on {@code outbox_dead_letter}. "(query)" stands for these parameters, each of which may be null except the first and the last: number above,
 * number, message id, destination, key, type, consumer, microseconds of age, limit.
 */
interface DeadLetterSql {
    /** Statements to run one after another. For each (reason, attempts, error, slot, position, id): moves it here from {@code outbox_message}. */
    List<String> buryHot();

    /** Statements to run one after another. For each (reason, attempts, error, slot, position, id): moves it here from {@code outbox_parked}. */
    List<String> buryParked();

    /** (query): number, consumer, reason, attempts, error, microseconds of the time of death; then the message. In the order of the numbers. */
    String list();

    /** (query) without the limit: how many. */
    String count();

    /** (query): locks the rows and returns their numbers, consumers, destinations, keys and ids. In the order of the numbers. */
    String lock();

    /** {@code sql}, one of the three above, in the form that is quick for {@code query}, where the database has to be told. */
    default String planned(String sql, DeadLetterQuery query) {
        return sql;
    }

    /** Whether what {@link #planned} counts on is missing, as in tables of the version before, and the statement as it is has to do. */
    default boolean isUnplanned(SQLException failure) {
        return false;
    }

    /** For each (slot, number): copies it to the end of {@code outbox_message}, in this order. */
    String copyToOutbox();

    /** Statements to run one after another. For each (number): copies it to {@code inbox_parked}, in this order; due now if it is the first of its key there, else behind. */
    List<String> copyToInbox();

    /** For each (number): deletes its row of {@code inbox_message}. */
    String forgetHandled();

    /** For each (number): deletes it. */
    String delete();
}
