package dev.outbox.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A fresh durable database with a pool of connections: an H2 file that waits for the disk at every commit, or a private PostgreSQL with fsync on. */
final class BenchmarkDatabase implements AutoCloseable {
    /** Which database. */
    enum Kind {
        H2,
        POSTGRESQL
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
        AutoCloseable origin;
        if (kind == Kind.H2) {
            Path directory = newDirectory();
            config.setJdbcUrl("jdbc:h2:file:" + directory.resolve("bench") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
            origin = () -> delete(directory);
        } else {
            Database database = PostgresServer.shared().createDatabase();
            config.setJdbcUrl(database.jdbcUrl());
            config.setUsername(database.user());
            config.setPassword(database.password());
            origin = database;
        }
        return new BenchmarkDatabase(kind, new HikariDataSource(config), origin);
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

    /** Lets what earlier work left behind not burden what is measured next. */
    void settleDown() {
        if (kind == Kind.POSTGRESQL) {
            execute("VACUUM ANALYZE", "CHECKPOINT");
        } else {
            execute("CHECKPOINT SYNC");
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
