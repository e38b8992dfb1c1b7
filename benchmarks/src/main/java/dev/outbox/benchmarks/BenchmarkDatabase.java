package dev.outbox.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.MariaDbServer;
import dev.outbox.testservers.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A fresh durable database with a pool of connections: a file of H2 or SQLite that waits for the disk at every commit, or a private server that does. */
final class BenchmarkDatabase implements AutoCloseable {
    /** Which database. */
    enum Kind {
        H2,
        MARIADB,
        POSTGRESQL,
        SQLITE
    }

    private static final int POOL_SIZE = 16;

    private final Kind kind;
    private final HikariDataSource pool;
    private final AutoCloseable origin;

    private BenchmarkDatabase(Kind kind, HikariDataSource pool, AutoCloseable origin) {
        this.kind = kind;
        this.pool = pool;
        this.origin = origin;
    }

    static BenchmarkDatabase open(Kind kind) {
        HikariConfig config = new HikariConfig();
        config.setMaximumPoolSize(POOL_SIZE);
        AutoCloseable origin = switch (kind) {
            case H2 -> file(config, "jdbc:h2:file:%s/bench;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
            case SQLITE -> file(config, "jdbc:sqlite:%s/bench.db?journal_mode=WAL&synchronous=FULL&busy_timeout=10000");
            case MARIADB -> server(config, MariaDbServer.shared().createDatabase());
            case POSTGRESQL -> server(config, PostgresServer.shared().createDatabase());
        };
        return new BenchmarkDatabase(kind, new HikariDataSource(config), origin);
    }

    private static AutoCloseable file(HikariConfig config, String url) {
        Path directory = newDirectory();
        config.setJdbcUrl(String.format(Locale.ROOT, url, directory));
        return () -> delete(directory);
    }

    private static AutoCloseable server(HikariConfig config, Database database) {
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        config.setPassword(database.password());
        return database;
    }

    Kind kind() {
        return kind;
    }

    HikariDataSource pool() {
        return pool;
    }

    void execute(String... statements) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot execute " + List.of(statements), e);
        }
    }

    /** Removes all rows of {@code table}. */
    void empty(String table) {
        execute((kind == Kind.SQLITE ? "DELETE FROM " : "TRUNCATE TABLE ") + table);
    }

    /** The number of rows in {@code table}. */
    long count(String table) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM " + table)) {
            count.next();
            return count.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot count the rows of " + table, e);
        }
    }

    /** Lets what earlier work left behind not burden what is measured next. */
    void settleDown() {
        switch (kind) {
            case POSTGRESQL -> execute("VACUUM ANALYZE", "CHECKPOINT");
            case H2 -> execute("CHECKPOINT SYNC");
            case MARIADB -> execute("ANALYZE TABLE outbox_message");
            case SQLITE -> execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    @Override
    public void close() {
        pool.close();
        try {
            origin.close();
        } catch (Exception e) {
            throw new IllegalStateException("the database did not close", e);
        }
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("outbox-benchmark");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
