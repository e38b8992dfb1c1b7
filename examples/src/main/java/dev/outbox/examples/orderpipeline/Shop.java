package dev.outbox.examples.orderpipeline;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.examples.orderpipeline.order.Catalog;
import dev.outbox.examples.orderpipeline.order.Product;
import dev.outbox.jdbc.JdbcInbox;
import dev.outbox.jdbc.JdbcOutbox;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The shop's database, open: its tables and those of the outbox, in a schema of their own. Thread-safe.
 */
public final class Shop implements AutoCloseable {
    private static final String SCHEMA = "order_pipeline";

    private final HikariDataSource dataSource;
    private final JdbcOutbox outbox;
    private final JdbcInbox inbox;
    private final String installation;

    private Shop(HikariDataSource dataSource) throws SQLException {
        this.dataSource = dataSource;
        this.outbox = JdbcOutbox.on(dataSource);
        this.inbox = outbox.inbox();
        outbox.schema().apply();
        createTables();
        this.installation = outbox.transaction(Shop::openForBusiness);
    }

    /** Whether to keep what an earlier run has left. */
    public enum Start {
        /** Goes on where it was. */
        GO_ON,
        /** Drops everything and begins with full shelves. */
        FRESH
    }

    /**
     * Opens the shop, and creates its tables where they are missing.
     *
     * @throws SQLException if the database cannot be used
     */
    public static Shop open(DatabaseAddress database, Start start) throws SQLException {
        createSchema(database, start);
        HikariConfig config = new HikariConfig();
        config.setPoolName("shop");
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(database.connections());
        config.setConnectionInitSql(database.useSchema(SCHEMA));
        HikariDataSource pool = new HikariDataSource(config);
        try {
            return new Shop(pool);
        } catch (SQLException | RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    /** One statement drops everything, so that a crash leaves either all of it or nothing. */
    private static void createSchema(DatabaseAddress database, Start start) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            if (start == Start.FRESH) {
                statement.execute("DROP SCHEMA IF EXISTS " + SCHEMA + " CASCADE");
            }
            statement.execute("CREATE SCHEMA IF NOT EXISTS " + SCHEMA);
        }
    }

    private void createTables() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : script().split(";\\s*\\n", -1)) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        }
    }

    private static String script() {
        try (InputStream script = Objects.requireNonNull(Shop.class.getResourceAsStream("shop.sql"), "shop.sql")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("shop.sql cannot be read", e);
        }
    }

    /** Fills the shelves, once, and gives the shop its number. */
    private static String openForBusiness(Connection tx) throws SQLException {
        List<String> known = Sql.query(tx, "SELECT id FROM installation", row -> row.getString(1));
        if (!known.isEmpty()) {
            return known.get(0);
        }
        String id = UUID.randomUUID().toString();
        Sql.update(tx, "INSERT INTO installation (id) VALUES (?)", id);
        for (Product product : Catalog.standard().products()) {
            Sql.update(
                    tx,
                    "INSERT INTO product (sku, name, initial_stock, stock) VALUES (?, ?, ?, ?)",
                    product.sku(),
                    product.name(),
                    product.stock(),
                    product.stock());
        }
        return id;
    }

    /** The connections. */
    public DataSource dataSource() {
        return dataSource;
    }

    /** What the services publish with. */
    public JdbcOutbox outbox() {
        return outbox;
    }

    /** What lets the services handle each message once. */
    public JdbcInbox inbox() {
        return inbox;
    }

    /** The shop's number, another one after each fresh start: the gateway's ledger bears it too, so that the two cannot be mixed up. */
    public String installation() {
        return installation;
    }

    @Override
    public void close() {
        dataSource.close();
    }
}
