package dev.outbox.jdbc;

import dev.outbox.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Borrows connections for our own work, one a call, and gives them back as they were. Thread-safe; never holds two connections at a time. */
final class Database {
    private final DataSource dataSource;
    private final JdbcOptions options;
    private final Patience patience = new Patience();
    private volatile @Nullable Tables tables;

    Database(DataSource dataSource, JdbcOptions options) {
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        this.options = Objects.requireNonNull(options, "options");
    }

    /** What is done on a connection. */
    @FunctionalInterface
    interface Work<T> {
        T run(Session session, Tables tables) throws SQLException;
    }

    JdbcOptions options() {
        return options;
    }

    Patience patience() {
        return patience;
    }

    Connection connect() throws SQLException {
        return dataSource.getConnection();
    }

    /** The statements for the database behind {@code connection}, which is taken to be that of the data source. */
    Tables tables(Connection connection) throws SQLException {
        Tables known = tables;
        if (known == null) {
            known = new Tables(Dialect.of(connection), options.names());
            tables = known;
        }
        return known;
    }

    StoreException failure(String what, SQLException failed) {
        Tables known = tables;
        String dialect = known == null ? "<database>" : known.dialect().name();
        return Failures.store(what, failed, options.names(), dialect);
    }

    /**
     * Runs {@code work} on a connection in auto-commit mode.
     *
     * @throws StoreException if the database fails
     */
    <T> T autoCommit(String what, Work<T> work) {
        return autoCommit(what, options.statementTimeout(), work);
    }

    private <T> T autoCommit(String what, Duration timeout, Work<T> work) {
        int timeoutMillis = (int) timeout.toMillis();
        try (Connection connection = connect();
                Lent lent = Lent.prepare(connection, timeoutMillis)) {
            Tables found = tables(connection);
            Session session = new Session(lent.connection(), found.dialect(), timeoutMillis / 1_000, patience.millis());
            return work.run(session, found);
        } catch (SQLException failed) {
            throw failure(what, failed);
        }
    }

    /**
     * Runs {@code work} in one transaction at READ COMMITTED, again if the database ends it because of a deadlock.
     *
     * @throws StoreException if the database fails; whether the transaction was committed is then unknown
     */
    <T> T transaction(String what, Work<T> work) {
        return transaction(what, options.statementTimeout(), work);
    }

    /** The same with another timeout of each statement, up to an hour. */
    <T> T transaction(String what, Duration timeout, Work<T> work) {
        return autoCommit(
                what, timeout, (session, found) -> OwnTransaction.run(session, () -> work.run(session, found)));
    }

    /**
     * Runs {@code work}, which only reads, in one transaction at READ COMMITTED or better.
     *
     * @throws StoreException if the database fails
     */
    <T> T reading(String what, Work<T> work) {
        return autoCommit(what, (session, found) -> OwnTransaction.read(session, () -> work.run(session, found)));
    }
}
