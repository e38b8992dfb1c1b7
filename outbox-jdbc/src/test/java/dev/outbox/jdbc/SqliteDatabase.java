package dev.outbox.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An empty SQLite file, for one test, behind a pool whose connections wait for each other. */
final class SqliteDatabase implements TestDatabase {
    /** What an application should set. */
    static final String SETTINGS = "journal_mode=WAL&synchronous=FULL&busy_timeout=60000";

    private final Path directory;
    private final HikariDataSource pool;

    SqliteDatabase() {
        try {
            directory = Files.createTempDirectory("outbox-sqlite-");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        pool = pool(SETTINGS, config -> {});
    }

    /** The address of the file, with settings. */
    String url(String settings) {
        return "jdbc:sqlite:" + directory.resolve("outbox.db") + "?" + settings;
    }

    /** Another pool; the test closes it. */
    HikariDataSource pool(String settings, Consumer<HikariConfig> more) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url(settings));
        config.setMaximumPoolSize(20);
        config.setMinimumIdle(0);
        more.accept(config);
        return new HikariDataSource(config);
    }

    @Override
    public HikariDataSource dataSource() {
        return pool;
    }

    @Override
    public JdbcOptions options() {
        return JdbcOptions.defaults().tablePrefix("shop_");
    }

    @Override
    public String time(String literal) {
        return "CAST(ROUND((JULIANDAY('" + literal + "') - 2440587.5) * 86400000.0) AS INTEGER) * 1000";
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        pool.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
