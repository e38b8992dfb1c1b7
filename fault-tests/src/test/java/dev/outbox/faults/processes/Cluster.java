package dev.outbox.faults.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.testkit.History;
import dev.outbox.testkit.HistoryChecker;
import dev.outbox.testservers.Bars;
import dev.outbox.testservers.ChildJvm;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A database, a destination, publishers in this process, and relays in processes of their own; and the check of what arrived. */
final class Cluster implements AutoCloseable {
    /** Long enough that a process on a busy machine does not lose its lease by standing still without being told to. */
    static final Duration LEASE = Duration.ofSeconds(4);

    /** The longest that a takeover may take. */
    static final Duration TAKEOVER = Bars.atMost(LEASE.multipliedBy(2), LEASE.multipliedBy(6));

    static final Duration BOUND = Duration.ofSeconds(60);

    final Database database;
    final History history = new History();
    final Destination destination = new Destination(history);
    final HikariDataSource pool;
    final JdbcOutbox outbox;
    final Leases leases;
    final Load load;
    private final Map<String, ChildJvm> relays = new LinkedHashMap<>();
    private final Set<Long> deadLetters = new HashSet<>();

    Cluster(PostgresServer server) {
        database = server.createDatabase();
        pool = pool(database);
        outbox = JdbcOutbox.on(pool);
        outbox.schema().apply();
        leases = new Leases(pool);
        load = new Load(history, outbox, pool);
        destination.fail(message -> message.type().equals(Load.FAILING), 2);
    }

    private static HikariDataSource pool(Database database) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(6);
        config.setConnectionTimeout(20_000);
        return new HikariDataSource(config);
    }

    Setup setup(String relay) {
        return Setup.of(relay, database, destination.port(), LEASE);
    }

    /** Starts a relay, in place of one of the same name that has ended. */
    ChildJvm start(Setup setup) {
        return start(setup.name(), setup.child());
    }

    ChildJvm start(String relay, ChildJvm.Builder builder) {
        ChildJvm child = builder.start();
        ChildJvm before = relays.put(relay, child);
        if (before != null) {
            before.close();
        }
        return child;
    }

    /** Starts relays and waits until they share the slots. */
    void startAll(String... names) {
        for (String name : names) {
            start(setup(name));
        }
        awaitShared(names);
    }

    ChildJvm relay(String name) {
        return Objects.requireNonNull(relays.get(name), name);
    }

    /** A share is the 64th part rounded up; the last relay has what is left. */
    void awaitShared(String... names) {
        int share = (63 + names.length) / names.length;
        int least = 64 - share * (names.length - 1);
        await("slots shared by " + List.of(names))
                .atMost(BOUND)
                .ignoreExceptions()
                .untilAsserted(() -> {
                    Map<String, Integer> counts = leases.counts();
                    for (String name : names) {
                        assertThat(counts.getOrDefault(name, 0))
                                .as("slots of %s in %s", name, counts)
                                .isGreaterThanOrEqualTo(least);
                    }
                });
    }

    /** Waits until others have acquired all these slots of a relay; returns how long that took from {@code sinceNanos}. */
    Duration awaitTakeover(String relay, Set<Integer> slots, long sinceNanos) {
        await("takeover from " + relay)
                .atMost(BOUND)
                .pollInterval(Duration.ofMillis(10))
                .pollDelay(Duration.ZERO)
                .ignoreExceptions()
                .until(() -> leases.areTakenFrom(relay, slots));
        return since(sinceNanos);
    }

    static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    /** Waits until so much time has passed since then. */
    static void awaitElapsed(Duration time, long sinceNanos) {
        await("the time to pass").atMost(BOUND).until(() -> since(sinceNanos).compareTo(time) >= 0);
    }

    /** Waits until the publishers have committed so many messages more. */
    void awaitPublished(int more) {
        long goal = load.committed() + more;
        await(more + " more messages").atMost(BOUND).until(() -> load.committed() >= goal);
    }

    /** Waits until nothing is pending. */
    void drain() {
        await("nothing is pending")
                .atMost(BOUND)
                .ignoreExceptions()
                .until(() ->
                        ids("outbox_message").isEmpty() && ids("outbox_parked").isEmpty());
    }

    /** Publishes so many messages, awaits them, and says that all is calm from then on. */
    void calmAfter(int messages) throws InterruptedException {
        awaitPublished(messages);
        load.stop();
        drain();
        history.calm();
    }

    /** Publishes a while without a fault. */
    void undisturbed(int messages) throws InterruptedException {
        load.start();
        awaitPublished(messages);
        load.stop();
        drain();
    }

    /** Holds what happened against the guarantees; nothing may be pending. */
    void check() throws SQLException {
        recordDeadLetters();
        List<String> pending = new ArrayList<>(ids("outbox_message"));
        pending.addAll(ids("outbox_parked"));
        history.ended(pending, ids("outbox_dead_letter"));
        assertThat(HistoryChecker.of(history)
                        .drained()
                        .maxAttempts(RelayProcess.ATTEMPTS)
                        .check())
                .as("broken guarantees")
                .isEmpty();
    }

    /** Tells the history of dead letters that it does not know yet. */
    synchronized void recordDeadLetters() {
        for (DeadLetter letter : outbox.deadLetters().list(DeadLetterQuery.all().limit(1_000))) {
            if (deadLetters.add(letter.number())) {
                history.dead(letter.message().id(), letter.reason(), letter.attempts());
            }
        }
    }

    List<String> ids(String table) throws SQLException {
        return column("SELECT id FROM " + table);
    }

    /** The texts that a query finds. */
    List<String> column(String query) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static void report(String format, Object... figures) {
        System.out.printf(Locale.ROOT, format + "%n", figures);
    }

    @Override
    public void close() {
        load.close();
        relays.values().forEach(ChildJvm::close);
        destination.close();
        pool.close();
        database.close();
    }
}
