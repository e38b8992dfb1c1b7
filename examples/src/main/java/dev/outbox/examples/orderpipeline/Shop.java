package dev.outbox.examples.orderpipeline;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.examples.orderpipeline.order.Catalog;
import dev.outbox.examples.orderpipeline.order.Product;
import dev.outbox.jdbc.JdbcInbox;
import dev.outbox.jdbc.JdbcOutbox;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * A schema of the shop's database, open: the tables of all services or of one, and those of an outbox. Thread-safe.
 */
public final class Shop implements AutoCloseable {
    private static final String SCHEMA = "order_pipeline";
    private static final String COMMON = "common";

    private final HikariDataSource dataSource;
    private final JdbcOutbox outbox;
    private final JdbcInbox inbox;
    private final String installation;

    private Shop(HikariDataSource dataSource, DatabaseKind kind, Set<Service> services) throws SQLException {
        this.dataSource = dataSource;
        this.outbox = JdbcOutbox.on(dataSource);
        this.inbox = outbox.inbox();
        outbox.schema().apply();
        createTables(kind, COMMON);
        for (Service service : services) {
            createTables(kind, service.lowerCase());
        }
        this.installation = outbox.transaction(tx -> openForBusiness(tx, services));
    }

    /** Whether to keep what an earlier run has left. */
    public enum Start {
        /** Goes on where it was. */
        GO_ON,
        /** Drops everything and begins with full shelves. */
        FRESH
    }

    /**
     * Opens the schema that all services share, and creates its tables where they are missing.
     *
     * @throws SQLException if the database cannot be used
     */
    public static Shop open(DatabaseAddress database, Start start) throws SQLException {
        Schemas.create(database, start, List.of(SCHEMA));
        return open(
                database, SCHEMA, EnumSet.allOf(Service.class), database.kind().connections());
    }

    /**
     * Opens the schema of one service, and creates its tables where they are missing.
     *
     * @param connections the most of them
     * @throws SQLException if the database cannot be used
     */
    static Shop open(DatabaseAddress database, Service service, int connections) throws SQLException {
        Schemas.create(database, Start.GO_ON, List.of(service.schema()));
        return open(database, service.schema(), EnumSet.of(service), connections);
    }

    private static Shop open(DatabaseAddress database, String schema, Set<Service> services, int connections)
            throws SQLException {
        HikariDataSource pool = database.pool(connections, schema);
        try {
            return new Shop(pool, database.kind(), services);
        } catch (SQLException | RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    private void createTables(DatabaseKind kind, String script) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : kind.fill(read("tables/" + script + ".sql")).split(";\\s*\\n", -1)) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        }
    }

    private static String read(String resource) {
        try (InputStream script = Objects.requireNonNull(Shop.class.getResourceAsStream(resource), resource)) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(resource + " cannot be read", e);
        }
    }

    /** Fills the shelves, once, and gives the schema its number. */
    private static String openForBusiness(Connection tx, Set<Service> services) throws SQLException {
        List<String> known = Sql.query(tx, "SELECT id FROM installation", row -> row.getString(1));
        if (!known.isEmpty()) {
            return known.get(0);
        }
        String id = UUID.randomUUID().toString();
        Sql.update(tx, "INSERT INTO installation (id) VALUES (?)", id);
        if (services.contains(Service.INVENTORY)) {
            fillShelves(tx);
        }
        return id;
    }

    private static void fillShelves(Connection tx) throws SQLException {
        for (Product product : Catalog.standard().products()) {
            Sql.update(
                    tx,
                    "INSERT INTO product (sku, name, initial_stock, stock) VALUES (?, ?, ?, ?)",
                    product.sku(),
                    product.name(),
                    product.stock(),
                    product.stock());
        }
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

    /** The schema's number, another one after each fresh start: the gateway's ledger bears it too, so that the two cannot be mixed up. */
    public String installation() {
        return installation;
    }

    @Override
    public void close() {
        dataSource.close();
    }
}
