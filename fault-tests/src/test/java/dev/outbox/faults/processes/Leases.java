package dev.outbox.faults.processes;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What the database says of leases and of the relays' sessions. */
final class Leases {
    /** Who acquired a slot last, and how often it was acquired. */
    record Holder(@Nullable String owner, long epoch) {}

    private final DataSource dataSource;
    private final Set<Integer> terminated = ConcurrentHashMap.newKeySet();

    Leases(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** All 64 slots. */
    Map<Integer, Holder> all() throws SQLException {
        Map<Integer, Holder> holders = new TreeMap<>();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement("SELECT slot, owner, epoch FROM outbox_lease");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                holders.put(row.getInt(1), new Holder(row.getString(2), row.getLong(3)));
            }
        }
        return holders;
    }

    /** The slots of {@code owner} with their epochs. */
    Map<Integer, Holder> of(String owner) throws SQLException {
        Map<Integer, Holder> holders = all();
        holders.values().removeIf(holder -> !owner.equals(holder.owner()));
        return holders;
    }

    /** How many slots each owner has. */
    Map<String, Integer> counts() throws SQLException {
        Map<String, Integer> counts = new HashMap<>();
        all().values().stream().map(Holder::owner).forEach(owner -> {
            if (owner != null) {
                counts.merge(owner, 1, Integer::sum);
            }
        });
        return counts;
    }

    /** Whether somebody else has acquired each of these slots. */
    boolean areTakenFrom(String owner, Set<Integer> slots) throws SQLException {
        Map<Integer, Holder> holders = all();
        for (int slot : slots) {
            String now = holders.getOrDefault(slot, new Holder(null, 0)).owner();
            if (now == null || now.equals(owner)) {
                return false;
            }
        }
        return true;
    }

    /** How many sessions of a relay stand in the middle of a transaction, waiting for the relay. */
    int openTransactions(String relay) throws SQLException {
        return count(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = ? AND state LIKE 'idle in transaction%'",
                relay);
    }

    /** How many connections a relay has, without those that were told to end and have not yet. */
    int connections(String relay) throws SQLException {
        Set<Integer> sessions = sessions(relay);
        sessions.removeAll(terminated);
        return sessions.size();
    }

    /** Ends the sessions of a relay; returns how many. */
    int terminate(String relay) throws SQLException {
        Set<Integer> sessions = sessions(relay);
        sessions.removeAll(terminated);
        terminated.addAll(sessions);
        try (Connection connection = dataSource.getConnection();
                PreparedStatement end = connection.prepareStatement("SELECT pg_terminate_backend(?)")) {
            for (int session : sessions) {
                end.setInt(1, session);
                end.execute();
            }
        }
        return sessions.size();
    }

    private Set<Integer> sessions(String relay) throws SQLException {
        Set<Integer> sessions = new HashSet<>();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query =
                        connection.prepareStatement("SELECT pid FROM pg_stat_activity WHERE application_name = ?")) {
            query.setString(1, relay);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    sessions.add(row.getInt(1));
                }
            }
        }
        return sessions;
    }

    private int count(String sql, String relay) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, relay);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }
}
