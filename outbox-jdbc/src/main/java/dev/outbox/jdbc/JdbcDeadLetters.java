package dev.outbox.jdbc;

import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadLetters;
import java.util.List;

/** The dead letters in a database. */
final class JdbcDeadLetters implements DeadLetters {
    private final Database database;
    private final Hints hints;

    JdbcDeadLetters(Database database, Hints hints) {
        this.database = database;
        this.hints = hints;
    }

    @Override
    public List<DeadLetter> list(DeadLetterQuery query) {
        return database.autoCommit(
                "list dead letters", (session, tables) -> tables.dead().list(session, query));
    }

    @Override
    public long count(DeadLetterQuery query) {
        return database.autoCommit(
                "count dead letters", (session, tables) -> tables.dead().count(session, query));
    }

    @Override
    public int redrive(DeadLetterQuery query) {
        int redriven = database.transaction(
                "redrive dead letters",
                (session, tables) -> tables.dead().redrive(session, tables.deliveries(), query));
        if (redriven > 0) {
            hints.committed();
        }
        return redriven;
    }

    @Override
    public int discard(DeadLetterQuery query) {
        return database.transaction(
                "discard dead letters", (session, tables) -> tables.dead().discard(session, query));
    }
}
