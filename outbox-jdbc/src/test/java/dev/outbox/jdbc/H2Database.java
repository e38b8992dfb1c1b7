package dev.outbox.jdbc;

import java.nio.file.Path;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An empty H2 database, for one test, behind a pool. */
final class H2Database implements TestDatabase {
    private final JdbcConnectionPool pool;

    private H2Database(String url) {
        pool = JdbcConnectionPool.create(url, "sa", "");
        pool.setMaxConnections(20);
    }

    static H2Database inMemory() {
        return new H2Database("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    }

    static H2Database inFile(Path directory, String settings) {
        return new H2Database("jdbc:h2:file:" + directory.resolve("outbox") + settings);
    }

    @Override
    public DataSource dataSource() {
        return pool;
    }

    @Override
    public JdbcOptions options() {
        return JdbcOptions.defaults().tablePrefix("shop_");
    }

    @Override
    public void afterEach(ExtensionContext context) {
        pool.dispose();
    }
}
