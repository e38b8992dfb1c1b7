package dev.outbox.testservers;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A MariaDB server for tests.
 *
 * <p>It comes from the first of these that is there:
 *
 * <ol>
 *   <li>for {@link #shared()} only: the environment's {@code OUTBOX_TEST_MARIADB_URL}, as
 *       {@code jdbc:mariadb://host:port/}, with {@code OUTBOX_TEST_MARIADB_USER} (else {@code root}) and
 *       {@code OUTBOX_TEST_MARIADB_PASSWORD}; the user must be an administrator
 *   <li>a Docker engine that answers
 *   <li>the MariaDB installed on this machine, run on a free port of the loopback interface in a temporary directory,
 *       as the user {@code mysql} if this JVM runs as root
 * </ol>
 *
 * <p>If there is none, an exception says what to install; nothing is skipped. A server started here is durable unless its
 * settings say otherwise: what was committed survives {@link #kill()}. Nothing of it is left when this JVM ends, also
 * by SIGKILL.
 *
 * <p>Thread-safe, except that {@link #kill()}, {@link #stopImmediately()}, {@link #restart()}, {@link #pause()} and
 * {@link #resume()} are for one thread at a time.
 */
public final class MariaDbServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MariaDbServer.class);
    private static final Duration ANSWER_BOUND = Duration.ofMinutes(2);
    private static final Map<String, String> DURABLE = Map.of(
            "innodb_flush_log_at_trx_commit", "1",
            "sync_binlog", "1",
            "innodb_buffer_pool_size", "512M",
            "innodb_log_file_size", "256M",
            "max_connections", "200");
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static @Nullable MariaDbServer shared;

    private final MariaDbUrl url;
    private final Credentials credentials;
    private final ServerControl control;
    private final Use use;
    private volatile boolean closed;

    private enum Use {
        SHARED,
        OWN
    }

    private MariaDbServer(MariaDbLauncher.Launched launched, Use use) {
        this.url = launched.url();
        this.credentials = launched.credentials();
        this.control = launched.control();
        this.use = use;
        try {
            awaitAnswer();
        } catch (RuntimeException silent) {
            control.close();
            throw silent;
        }
        log.info("MariaDB runs at {}", url.address());
    }

    /**
     * The server that all tests of this JVM share, started by the first call. It is not for killing: other tests use it too.
     * Its {@link #close()} has no effect.
     *
     * @throws IllegalStateException if there is none and none can be started
     */
    public static synchronized MariaDbServer shared() {
        MariaDbServer server = shared;
        if (server == null) {
            server = new MariaDbServer(
                    MariaDbLauncher.named(System.getenv())
                            .orElseGet(() -> MariaDbLauncher.launch(System.getenv(), DURABLE)),
                    Use.SHARED);
            shared = server;
        }
        return server;
    }

    /**
     * Starts a server of the caller's own with durable settings. It can always be controlled.
     *
     * @throws IllegalStateException if it cannot be started
     */
    public static MariaDbServer start() {
        return start(Map.of());
    }

    /**
     * Starts a server of the caller's own, which can always be controlled.
     *
     * @param settings variables of the server in addition to the durable ones or in their place
     * @throws IllegalStateException if it cannot be started
     */
    public static MariaDbServer start(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(DURABLE);
        all.putAll(settings);
        return new MariaDbServer(MariaDbLauncher.launch(System.getenv(), all), Use.OWN);
    }

    /** The server of the given environment, for the caller's own use. */
    static MariaDbServer named(Map<String, String> environment) {
        return new MariaDbServer(MariaDbLauncher.named(environment).orElseThrow(), Use.OWN);
    }

    /** The URL without a database, or that which the environment named. */
    public String jdbcUrl() {
        return url.jdbcUrl();
    }

    /** An administrator. */
    public String user() {
        return credentials.user();
    }

    /** The password of {@link #user()}. */
    public String password() {
        return credentials.password();
    }

    /**
     * Creates an empty database with a name of its own.
     *
     * @throws IllegalStateException if the server does not answer or refuses
     */
    public Database createDatabase() {
        String name = "outbox_test_" + DATABASES.incrementAndGet() + "_"
                + Integer.toHexString(ThreadLocalRandom.current().nextInt());
        MariaDbUrl database = url.withDatabase(name);
        MariaDbSession.execute(url, credentials, "CREATE DATABASE " + name);
        DataSource dataSource = MariaDbSession.dataSource(database, credentials);
        return new Database(database.jdbcUrl(), credentials, dataSource, () -> drop(database));
    }

    private void drop(MariaDbUrl database) {
        if (closed || !control.isRunning()) {
            return;
        }
        MariaDbSession.endConnections(url, database.database(), credentials);
        MariaDbSession.execute(url, credentials, "DROP DATABASE IF EXISTS " + database.database());
    }

    /**
     * Whether this server can be killed, stopped, restarted and paused. One from {@link #start()} always can; one that the
     * environment named cannot, and those methods then throw {@link IllegalStateException}.
     */
    public boolean controllable() {
        return control.controllable();
    }

    /** Kills all of the server's processes with SIGKILL and waits for their end: the crash of a machine's database. */
    public void kill() {
        control.kill();
    }

    /** Shuts the server down without writing its pages, and waits for its end. */
    public void stopImmediately() {
        control.stopImmediately();
    }

    /**
     * Starts the server again on the same port and the same data and waits until it answers; if it still runs it is stopped
     * first, without writing its pages.
     *
     * @throws IllegalStateException with the end of its log if it does not answer within two minutes
     */
    public void restart() {
        if (control.isRunning()) {
            control.stopImmediately();
        }
        control.start();
        awaitAnswer();
    }

    /**
     * Halts all of the server's processes with SIGSTOP: connections stay open, new ones are accepted by the operating system
     * alone, and nothing is answered. Ended by {@link #resume()}, {@link #kill()}, {@link #stopImmediately()} or
     * {@link #restart()}.
     */
    public void pause() {
        control.pause();
    }

    /** Lets the processes go on where they were halted. */
    public void resume() {
        control.resume();
    }

    /** Ends the server and deletes its data; no effect on {@link #shared()}, on an external server, or a second time. */
    @Override
    public void close() {
        if (use == Use.OWN) {
            closed = true;
            control.close();
        }
    }

    private void awaitAnswer() {
        AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
        Await.holdsWithin(
                () -> {
                    failure.set(failureToConnect());
                    return isFinal(failure.get()) || !control.isRunning();
                },
                ANSWER_BOUND);
        if (failure.get() != null) {
            throw new IllegalStateException(
                    "MariaDB does not answer at " + url.address() + "\n" + control.log(), failure.get());
        }
    }

    private @Nullable SQLException failureToConnect() {
        try {
            MariaDbSession.connect(url, credentials).close();
            return null;
        } catch (SQLException failure) {
            return failure;
        }
    }

    // Success, or a refusal of the user, the password or the database, which waiting does not mend.
    private static boolean isFinal(@Nullable SQLException failure) {
        if (failure == null) {
            return true;
        }
        String state = String.valueOf(failure.getSQLState());
        return state.startsWith("28") || state.startsWith("42");
    }
}
