package dev.outbox.examples.orderpipeline;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.examples.orderpipeline.Shop.Start;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.Depth;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The whole shop, as those see it who show its progress and audit it, and nobody else does: one schema that all services share, or a schema for each of them.
 * Thread-safe.
 */
public final class Premises implements AutoCloseable {
    private static final int CONNECTIONS_TO_EACH = 2;

    private final Map<Service, Shop> shops;
    private final @Nullable HikariDataSource view;

    private Premises(Map<Service, Shop> shops, @Nullable HikariDataSource view) {
        this.shops = shops;
        this.view = view;
    }

    /** Reads what the services have written. */
    @FunctionalInterface
    public interface Look<T> {
        /** Reads with {@code tx}. */
        T at(Connection tx) throws SQLException;
    }

    /**
     * Opens one schema for all services.
     *
     * @throws SQLException if the database cannot be used
     */
    static Premises together(DatabaseAddress database, Start start) throws SQLException {
        Shop shop = Shop.open(database, start);
        Map<Service, Shop> shops = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            shops.put(service, shop);
        }
        return new Premises(shops, null);
    }

    /**
     * Opens a schema for each service.
     *
     * @throws SQLException if the database cannot be used
     */
    static Premises apart(DatabaseAddress database, Start start) throws SQLException {
        String[] schemas = Arrays.stream(Service.values()).map(Service::schema).toArray(String[]::new);
        Schemas.create(database, start, List.of(schemas));
        Map<Service, Shop> shops = new EnumMap<>(Service.class);
        try {
            for (Service service : Service.values()) {
                shops.put(service, Shop.open(database, service, CONNECTIONS_TO_EACH));
            }
            return new Premises(shops, database.pool(1, schemas));
        } catch (SQLException | RuntimeException e) {
            shops.values().forEach(Shop::close);
            throw e;
        }
    }

    /** Where {@code service} works. */
    public Shop of(Service service) {
        return Objects.requireNonNull(shops.get(service));
    }

    /** Runs {@code look} in a transaction that sees the tables of all services by their names. */
    public <T> T read(Look<T> look) throws SQLException {
        DataSource all = view == null ? of(Service.ORDERS).dataSource() : view;
        try (Connection tx = all.getConnection()) {
            tx.setAutoCommit(false);
            T seen = look.at(tx);
            tx.rollback();
            return seen;
        }
    }

    /**
     * What all schemas hold.
     *
     * @param waiting messages in an outbox
     * @param dead dead letters
     */
    public record Queues(long waiting, long dead) {}

    /** Counts what waits in each outbox, up to {@code bound}, and all dead letters. */
    public Queues queues(long bound) {
        long waiting = 0;
        long dead = 0;
        for (Shop shop : schemas()) {
            Depth depth = shop.outbox().store().depth(bound);
            waiting += depth.pending() + depth.parked();
            dead += depth.dead() == 0 ? 0 : shop.outbox().deadLetters().count(DeadLetterQuery.all());
        }
        return new Queues(waiting, dead);
    }

    /** Whether a delivery waits in an inbox. */
    public boolean deliveriesWait() {
        return schemas().stream()
                .anyMatch(shop ->
                        shop.outbox().deliveries().nextDueNanos(Subscription.DESTINATIONS.keySet()) != Long.MAX_VALUE);
    }

    /** The first dead letters of each schema. */
    public List<DeadLetter> deadLetters() {
        List<DeadLetter> all = new ArrayList<>();
        schemas().forEach(shop -> all.addAll(shop.outbox().deadLetters().list(DeadLetterQuery.all())));
        return all;
    }

    /** The shop's number. */
    public String installation() {
        return of(Service.ORDERS).installation();
    }

    /** Each schema once. */
    Set<Shop> schemas() {
        return new LinkedHashSet<>(shops.values());
    }

    @Override
    public void close() {
        if (view != null) {
            view.close();
        }
        schemas().forEach(Shop::close);
    }
}
