package dev.outbox.jdbc;

import dev.outbox.relay.Relay;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import javax.sql.DataSource;

/**
 * Wakes relays in other processes with PostgreSQL's LISTEN and NOTIFY, so that they need not wait for their next poll. Nothing depends on it: a notification
 * that is lost costs that wait, and no message.
 *
 * <pre>{@code
 * PostgresNotifications sending = PostgresNotifications.send(outbox);                // where messages are published
 * PostgresNotifications listening = PostgresNotifications.listen(outbox, direct);    // where a relay runs; both where both
 * }</pre>
 *
 * <p>{@code send} knows of commits through {@link JdbcOutbox#transaction}, the inbox and {@link JdbcOutbox#committed()}; where a caller commits and does not say
 * so, it assumes a commit {@value #INTERVAL_MILLIS} ms after the publish. A thread of its own sends at most one notification in {@value #INTERVAL_MILLIS} ms for
 * any number of messages, in a transaction of its own. Publishers never wait for it, and their transactions never take the lock that PostgreSQL
 * holds over commits that notify.
 *
 * <p>Each instance has one daemon thread, from its creation to {@link #close}, and needs no database at its creation. Thread-safe.
 *
 * @see Relay
 */
public final class PostgresNotifications implements AutoCloseable {
    static final int INTERVAL_MILLIS = 5;

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final NotificationThread thread;

    private PostgresNotifications(NotificationThread thread) {
        this.thread = thread;
    }

    /**
     * Notifies others of what is published through {@code outbox}. For each notification a connection of the outbox's own data source is borrowed and given back,
     * which may lead through pgbouncer in any mode; give it a pool.
     */
    public static PostgresNotifications send(JdbcOutbox outbox) {
        NotificationSender sender = new NotificationSender(
                outbox.database(),
                outbox.hints(),
                Duration.ofMillis(INTERVAL_MILLIS).toNanos(),
                System::nanoTime);
        return start("outbox-notify", sender);
    }

    /**
     * Wakes the relays in this process that work on the store of {@code outbox} when another process notifies.
     *
     * <p>One connection of {@code dataSource} is held until {@link #close}, in addition to those that the relay borrows. It needs a session of its own and the
     * driver's {@code PGConnection}: where the outbox's data source leads through pgbouncer in transaction mode, give one that does not. A pool's warning about
     * leaks (HikariCP: {@code leakDetectionThreshold}) names this connection; a plain {@code PGSimpleDataSource} avoids that. When the connection
     * is lost, relays poll until another one could be made, after growing pauses with jitter.
     *
     * @param dataSource leads to the outbox's database and finds the same tables; the caller's to close
     */
    public static PostgresNotifications listen(JdbcOutbox outbox, DataSource dataSource) {
        return listen(outbox, dataSource, NotificationListener.PROBE);
    }

    static PostgresNotifications listen(JdbcOutbox outbox, DataSource dataSource, Duration probe) {
        Objects.requireNonNull(dataSource, "dataSource");
        NotificationListener listener =
                new NotificationListener(dataSource, outbox.database(), outbox.hints(), System::nanoTime, probe);
        return start("outbox-listen", listener);
    }

    private static PostgresNotifications start(String name, NotificationThread.Work work) {
        NotificationThread thread = new NotificationThread(name, work, new SplittableRandom());
        thread.start();
        return new PostgresNotifications(thread);
    }

    /**
     * Ends the thread, which gives its connection back. Returns within about two seconds also when the database hangs; a notification that is being sent then ends
     * with the timeout of its statement. Idempotent.
     */
    @Override
    public void close() {
        thread.close(PATIENCE);
    }
}
