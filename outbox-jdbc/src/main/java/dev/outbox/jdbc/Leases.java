package dev.outbox.jdbc;

import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.LeaseTable;
import dev.outbox.spi.LeaseTable.Instance;
import dev.outbox.spi.LeaseTable.Lease;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Leases and instances. The row of a lease is also the lock of its slot: whoever changes what is parked there holds it (R3).
 *
 * <p>Rows that we own are locked first, in the order of their slots and waiting; rows that we would like to have are at first taken only when nobody holds them.
 * So heartbeats and settlements never wait in a circle, and a process that hangs in the middle of a transaction does not keep others from renewing
 * theirs.
 */
final class Leases {
    /** Not in this transaction: it is read-only, or its snapshot is too old. */
    private static final Set<String> NEEDS_A_TRANSACTION = Set.of("25006", "40001");

    private final Optional<String> renew;
    private final Optional<String> prolong;
    private final Optional<String> readAll;
    private final String lock;
    private final String lockFree;
    private final String hold;
    private final String release;
    private final String slotsOf;
    private final String announce;
    private final String forgetLongExpired;
    private final String forget;
    private final String mark;
    private final String readLeases;
    private final String readInstances;

    Leases(LeaseSql sql, Names names) {
        renew = sql.renew().map(names::resolve);
        prolong = sql.prolong().map(names::resolve);
        readAll = sql.readAll().map(names::resolve);
        lock = names.resolve(sql.lock());
        lockFree = names.resolve(sql.lockFree());
        hold = names.resolve(sql.hold());
        release = names.resolve(sql.release());
        slotsOf = names.resolve(sql.slotsOf());
        announce = names.resolve(sql.announce());
        forgetLongExpired = names.resolve(sql.forgetLongExpired());
        forget = names.resolve(sql.forget());
        mark = names.resolve(sql.mark());
        readLeases = names.resolve(sql.readLeases());
        readInstances = names.resolve(sql.readInstances());
    }

    /**
     * What a heartbeat led to.
     *
     * @param table leases and instances
     * @param busy slots to acquire that another transaction had locked
     */
    record Beat(LeaseTable table, Set<Integer> busy) {}

    /**
     * A heartbeat that only renews, on a connection in auto-commit mode; empty where that takes a transaction of ours, as with a role whose transactions are
     * read-only unless told otherwise.
     */
    Optional<LeaseTable> renew(Session session, Heartbeat heartbeat) throws SQLException {
        if (heartbeat.renew().isEmpty()
                || !heartbeat.acquire().isEmpty()
                || !heartbeat.release().isEmpty()) {
            return Optional.empty();
        }
        try {
            if (renew.isPresent()) {
                return Optional.of(renew(session, renew.get(), heartbeat));
            }
            return prolong.isPresent() && readAll.isPresent()
                    ? prolong(session, prolong.get(), readAll.get(), heartbeat)
                    : Optional.empty();
        } catch (SQLException failed) {
            if (NEEDS_A_TRANSACTION.contains(failed.getSQLState())) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    /** Empty if anything is not as it was at the last heartbeat, which then takes a transaction. */
    private static Optional<LeaseTable> prolong(Session session, String prolong, String read, Heartbeat heartbeat)
            throws SQLException {
        String me = heartbeat.instance();
        long micros = ParkedRows.micros(heartbeat.lease());
        session.updateAll(
                prolong,
                Columns.of(List.copyOf(new TreeMap<>(heartbeat.renew()).entrySet()))
                        .integers(Map.Entry::getKey)
                        .longs(Map.Entry::getValue)
                        .texts(slot -> me)
                        .longs(slot -> micros));
        List<Lease> leases = new ArrayList<>();
        List<Instance> instances = new ArrayList<>();
        session.query(read, row -> readInto(leases, instances, row));
        long held = leases.stream()
                .filter(lease ->
                        !lease.expired() && isAt(lease, me, heartbeat.renew().get(lease.slot())))
                .count();
        boolean announced =
                instances.stream().anyMatch(instance -> instance.name().equals(me) && instance.alive());
        return held == heartbeat.renew().size() && announced
                ? Optional.of(new LeaseTable(leases, instances))
                : Optional.empty();
    }

    private static boolean readInto(List<Lease> leases, List<Instance> instances, ResultSet row) throws SQLException {
        return row.getString(5) == null
                ? leases.add(lease(row))
                : instances.add(new Instance(row.getString(5), row.getBoolean(6), row.getString(7)));
    }

    private static LeaseTable renew(Session session, String sql, Heartbeat heartbeat) throws SQLException {
        String me = heartbeat.instance();
        long micros = ParkedRows.micros(heartbeat.lease());
        List<Lease> leases = new ArrayList<>();
        List<Instance> instances = new ArrayList<>();
        Columns<Map.Entry<Integer, Long>> asked = Columns.of(
                        List.copyOf(heartbeat.renew().entrySet()))
                .integers(Map.Entry::getKey)
                .longs(Map.Entry::getValue);
        session.queryAll(sql, asked, row -> readInto(leases, instances, row), me, micros, me, micros, me, me, me, me);
        return new LeaseTable(leases, instances);
    }

    /** A whole heartbeat; passes over slots to acquire that another transaction has locked. */
    Beat heartbeat(Session session, Heartbeat heartbeat) throws SQLException {
        List<Lease> held = new ArrayList<>();
        List<Integer> released = new ArrayList<>();
        for (Lease lease : lock(
                session, union(heartbeat.renew().keySet(), heartbeat.release().keySet()))) {
            if (isAt(lease, heartbeat.instance(), heartbeat.release().get(lease.slot()))) {
                released.add(lease.slot());
            } else if (isAt(lease, heartbeat.instance(), heartbeat.renew().get(lease.slot()))) {
                held.add(lease);
            }
        }
        List<Lease> wanted = read(session, lockFree, heartbeat.acquire());
        held.addAll(acquired(heartbeat, wanted));
        session.updateAll(release, Columns.of(released).integers(slot -> slot));
        LeaseTable table = hold(session, heartbeat, held);
        Set<Integer> busy = new HashSet<>(heartbeat.acquire());
        wanted.forEach(lease -> busy.remove(lease.slot()));
        return new Beat(table, busy);
    }

    /** Acquires {@code slots}, waiting for who has locked them. */
    LeaseTable acquire(Session session, Heartbeat heartbeat, Set<Integer> slots) throws SQLException {
        return hold(session, heartbeat, acquired(heartbeat, lock(session, slots)));
    }

    private static List<Lease> acquired(Heartbeat heartbeat, List<Lease> wanted) {
        String instance = heartbeat.instance();
        return wanted.stream()
                .filter(lease -> lease.expired() || instance.equals(lease.owner()))
                .map(lease -> new Lease(lease.slot(), instance, lease.epoch() + 1, false))
                .toList();
    }

    private LeaseTable hold(Session session, Heartbeat heartbeat, List<Lease> held) throws SQLException {
        long micros = ParkedRows.micros(heartbeat.lease());
        session.updateAll(
                hold,
                Columns.of(held)
                        .texts(Lease::owner)
                        .longs(Lease::epoch)
                        .longs(lease -> micros)
                        .integers(Lease::slot));
        session.update(announce, heartbeat.instance(), micros);
        session.update(forgetLongExpired);
        return table(session);
    }

    /** All leases and instances, as they stand. */
    LeaseTable table(Session session) throws SQLException {
        List<Lease> leases = session.query(readLeases, Leases::lease);
        return new LeaseTable(
                leases,
                session.query(
                        readInstances, row -> new Instance(row.getString(1), row.getBoolean(2), row.getString(3))));
    }

    void leave(Session session, String instance) throws SQLException {
        Set<Integer> slots = new TreeSet<>(session.query(slotsOf, row -> row.getInt(1), instance));
        List<Integer> owned = lock(session, slots).stream()
                .filter(lease -> instance.equals(lease.owner()))
                .map(Lease::slot)
                .toList();
        session.updateAll(release, Columns.of(owned).integers(slot -> slot));
        session.update(forget, instance);
    }

    void mark(Session session, String instance, @Nullable String marker) throws SQLException {
        session.update(mark, marker, instance);
    }

    /** Locks the rows of {@code slots} until the transaction ends. */
    List<Lease> lock(Session session, Collection<Integer> slots) throws SQLException {
        return read(session, lock, slots);
    }

    /** Locks the rows of the slots, and returns those of them that the instance does not own at the given epoch. */
    Set<Integer> lockAndFindLost(Session session, String instance, Map<Integer, Long> epochs) throws SQLException {
        Set<Integer> lost = new HashSet<>(epochs.keySet());
        for (Lease lease : lock(session, epochs.keySet())) {
            if (isAt(lease, instance, epochs.get(lease.slot()))) {
                lost.remove(lease.slot());
            }
        }
        return lost;
    }

    private static List<Lease> read(Session session, String sql, Collection<Integer> slots) throws SQLException {
        List<Integer> sorted = slots.stream().sorted().toList();
        return session.queryAll(sql, Columns.of(sorted).integers(slot -> slot), Leases::lease);
    }

    private static boolean isAt(Lease lease, String instance, @Nullable Long epoch) {
        return epoch != null && lease.epoch() == epoch && instance.equals(lease.owner());
    }

    private static Set<Integer> union(Set<Integer> some, Set<Integer> others) {
        Set<Integer> all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }

    private static Lease lease(ResultSet row) throws SQLException {
        return new Lease(row.getInt(1), row.getString(2), row.getLong(3), row.getBoolean(4));
    }
}
