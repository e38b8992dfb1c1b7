package dev.outbox.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code inbox_message}: what a consumer has handled or given up. */
final class InboxRows {
    private static final int PRUNE_BATCH = 1_000;

    private final String insert;
    private final Optional<String> insertAll;
    private final String state;
    private final String prune;

    InboxRows(InboxSql sql, Names names) {
        insert = names.resolve(sql.insert());
        insertAll = sql.insertAll().map(names::resolve);
        state = names.resolve(sql.state());
        prune = names.resolve(sql.prune());
    }

    /** Why a duplicate is not to be handled. */
    enum State {
        DONE,
        DEAD
    }

    /**
     * Inserts the row, after waiting for whoever is about to insert the same.
     *
     * @return false if it was there; the transaction can go on
     */
    boolean insert(Session session, String consumer, String messageId, State newState) throws SQLException {
        try {
            return session.update(insert, consumer, messageId, newState.name()) == 1;
        } catch (SQLException failed) {
            if (Failures.isDuplicate(failed)) {
                return false;
            }
            throw failed;
        }
    }

    /**
     * Inserts rows, after waiting for whoever is about to insert the same. Sorted, so that two that insert the same rows wait for each other in one order.
     *
     * @return the ids that were not there; the transaction can go on
     */
    Set<String> insertAll(Session session, String consumer, Set<String> messageIds, State newState)
            throws SQLException {
        List<String> sorted = messageIds.stream().sorted().toList();
        if (sorted.size() > 1 && insertAll.isPresent()) {
            String[] ids = sorted.toArray(String[]::new);
            return new HashSet<>(
                    session.query(insertAll.get(), row -> row.getString(1), consumer, newState.name(), ids));
        }
        Set<String> inserted = new HashSet<>();
        for (String id : sorted) {
            if (insert(session, consumer, id, newState)) {
                inserted.add(id);
            }
        }
        return inserted;
    }

    boolean isDead(Session session, String consumer, String messageId) throws SQLException {
        return session.query(state, row -> row.getString(1), consumer, messageId)
                .contains(State.DEAD.name());
    }

    /** Deletes one batch of rows that are older than {@code retention}; returns whether there may be more. */
    Pruned prune(Session session, Duration retention) throws SQLException {
        int rows = session.update(prune, ParkedRows.micros(retention), PRUNE_BATCH);
        return new Pruned(rows, rows == PRUNE_BATCH);
    }

    /**
     * A batch that was deleted.
     *
     * @param rows how many
     * @param more whether there may be more
     */
    record Pruned(int rows, boolean more) {}
}
