package dev.outbox.jdbc;

import dev.outbox.spi.Backlog;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Consumers' parked deliveries in a database. */
final class JdbcDeliveryStore implements DeliveryStore {
    private final Database database;

    JdbcDeliveryStore(Database database) {
        this.database = database;
    }

    @Override
    public Set<ConsumerKey> blocked(Collection<ConsumerKey> keys) {
        if (keys.isEmpty()) {
            return Set.of();
        }
        return database.reading(
                "read which keys are parked",
                (session, tables) -> tables.deliveries().blocked(session, keys));
    }

    @Override
    public void park(Delivery delivery, int attempts, Duration delay, String error) {
        run(
                "park a delivery",
                (session, tables) -> tables.deliveries().park(session, delivery, attempts, delay, error));
    }

    @Override
    public void parkBehind(List<Delivery> deliveries) {
        run(
                "park deliveries behind their keys",
                (session, tables) -> tables.deliveries().parkBehind(session, deliveries));
    }

    @Override
    public List<Claimed> claimDue(String instance, Collection<String> consumers, int limit, Duration claim) {
        return database.transaction(
                "claim deliveries",
                (session, tables) -> tables.deliveries().claimDue(session, instance, consumers, limit, claim));
    }

    @Override
    public void renew(String instance, Collection<Long> numbers, Duration claim) {
        run("renew claims", (session, tables) -> tables.deliveries().renew(session, instance, numbers, claim));
    }

    @Override
    public void forget(String instance) {
        run("forget claims", (session, tables) -> tables.deliveries().forget(session, instance));
    }

    @Override
    public void unclaim(String instance, Collection<Long> numbers) {
        run("give claims back", (session, tables) -> tables.deliveries().unclaim(session, instance, numbers));
    }

    @Override
    public void complete(String instance, long number) {
        run("complete a delivery", (session, tables) -> {
            Optional<DeliveryRows.Locked> row = tables.deliveries().lock(session, number);
            if (row.isPresent()) {
                tables.deliveries().remove(session, row.get());
            }
        });
    }

    @Override
    public void reschedule(String instance, long number, int attempts, Duration delay, String error) {
        run(
                "reschedule a delivery",
                (session, tables) -> tables.deliveries().reschedule(session, instance, number, attempts, delay, error));
    }

    @Override
    public boolean bury(String instance, long number, DeadReason reason, int attempts, String error) {
        return database.transaction("give a delivery up", (session, tables) -> {
            Optional<DeliveryRows.Locked> found =
                    tables.deliveries().lock(session, number).filter(row -> instance.equals(row.claimedBy()));
            if (found.isEmpty()) {
                return false;
            }
            DeliveryRows.Locked row = found.get();
            boolean dies = tables.inbox().insert(session, row.consumer(), row.messageId(), InboxRows.State.DEAD);
            if (dies) {
                tables.deliveries().copyToDead(session, row, reason, attempts, error);
            }
            tables.deliveries().remove(session, row);
            return dies;
        });
    }

    @Override
    public boolean buryNew(Delivery delivery, DeadReason reason, int attempts, String error) {
        String consumer = delivery.consumer();
        String id = delivery.message().id();
        return database.transaction("give a delivery up", (session, tables) -> {
            if (!tables.inbox().insert(session, consumer, id, InboxRows.State.DEAD)) {
                return tables.inbox().isDead(session, consumer, id);
            }
            tables.deliveries().insertDead(session, delivery, reason, attempts, error);
            return true;
        });
    }

    @Override
    public long nextDueNanos(Collection<String> consumers) {
        return database.reading(
                "read when a delivery is due",
                (session, tables) -> tables.deliveries().nextDueNanos(session, consumers));
    }

    @Override
    public Optional<Backlog> backlog(String consumer, long bound) {
        return Optional.of(database.reading(
                "count what is parked", (session, tables) -> tables.deliveries().backlog(session, consumer, bound)));
    }

    /** A change without a result. */
    @FunctionalInterface
    private interface Change {
        void make(Session session, Tables tables) throws SQLException;
    }

    private void run(String what, Change change) {
        database.transaction(what, (session, tables) -> {
            change.make(session, tables);
            return true;
        });
    }
}
