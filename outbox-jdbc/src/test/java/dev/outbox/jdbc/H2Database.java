package dev.outbox.jdbc;

import java.nio.file.Path;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An empty H2 database in memory with the tables in it, for one test. */
final class H2Database implements AfterEachCallback {
    private final JdbcConnectionPool pool;

    private H2Database(JdbcConnectionPool pool) {
        this.pool = pool;
        pool.setMaxConnections(20);
    }

    static H2Database inMemory() {
        return new H2Database(
                JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", ""));
    }

    static H2Database inFile(Path directory) {
        return new H2Database(
                JdbcConnectionPool.create("jdbc:h2:file:" + directory.resolve("outbox") + ";WRITE_DELAY=0", "sa", ""));
    }

    DataSource dataSource() {
        return pool;
    }

    /** With the tables. */
    JdbcOutbox outbox() {
        JdbcOutbox outbox = JdbcOutbox.on(pool);
        outbox.schema().apply();
        return outbox;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        pool.dispose();
    }
}
