package dev.outbox.jdbc;

import java.sql.SQLException;
import java.time.Duration;

/** {@code inbox_message}: what a consumer has handled or given up. */
final class InboxRows {
    private static final int PRUNE_BATCH = 1_000;

    private final String insert;
    private final String state;
    private final String prune;

    InboxRows(InboxSql sql, Names names) {
        insert = names.resolve(sql.insert());
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

    boolean isDead(Session session, String consumer, String messageId) throws SQLException {
        return session.query(state, row -> State.valueOf(row.getString(1)), consumer, messageId)
                .contains(State.DEAD);
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
