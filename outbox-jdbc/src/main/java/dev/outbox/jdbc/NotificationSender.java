package dev.outbox.jdbc;

import dev.outbox.spi.OutboxStore.Registration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells other processes that something was committed: at once if nothing was told for a while, else when the interval has passed, then for all that came
 * meanwhile. A publisher only sets a flag, and wakes the thread if it was not set.
 */
final class NotificationSender implements NotificationThread.Work, Hints.Announcer {
    private enum Wanted {
        NOTHING,
        /** Something will be committed; nobody may say when. */
        LATER,
        NOW
    }

    private final Database database;
    private final Hints hints;
    private final long intervalNanos;
    private final LongSupplier clock;
    private final AtomicReference<Wanted> wanted = new AtomicReference<>(Wanted.NOTHING);
    private volatile @Nullable Thread sender;
    private @Nullable Registration registration;
    private @Nullable String channel;
    private long readyNanos;
    private boolean expecting;
    private long expectedNanos;

    NotificationSender(Database database, Hints hints, long intervalNanos, LongSupplier clock) {
        this.database = database;
        this.hints = hints;
        this.intervalNanos = intervalNanos;
        this.clock = clock;
        this.readyNanos = clock.getAsLong();
    }

    @Override
    public void begin() {
        registration = hints.register(this);
    }

    @Override
    public void expect() {
        if (wanted.get() == Wanted.NOTHING && wanted.compareAndSet(Wanted.NOTHING, Wanted.LATER)) {
            LockSupport.unpark(sender);
        }
    }

    @Override
    public void announce() {
        if (wanted.get() != Wanted.NOW && wanted.getAndSet(Wanted.NOW) != Wanted.NOW) {
            LockSupport.unpark(sender);
        }
    }

    @Override
    public void step() {
        sender = Thread.currentThread();
        long now = clock.getAsLong();
        long wait = nanosUntilDue(now);
        if (wait > 0) {
            LockSupport.parkNanos(this, wait);
            return;
        }
        wanted.set(Wanted.NOTHING);
        expecting = false;
        readyNanos = now + intervalNanos;
        send();
    }

    private long nanosUntilDue(long now) {
        Wanted what = wanted.get();
        if (what == Wanted.NOTHING) {
            return Long.MAX_VALUE;
        }
        if (what == Wanted.LATER && !expecting) {
            expecting = true;
            expectedNanos = now + intervalNanos;
        }
        long untilReady = readyNanos - now;
        return what == Wanted.NOW ? untilReady : Math.max(untilReady, expectedNanos - now);
    }

    private void send() {
        database.autoCommit("notify relays", (session, tables) -> {
            String known = channel;
            if (known == null) {
                known = NotificationSql.channel(session, database.options().names());
                channel = known;
            }
            return session.query(NotificationSql.NOTIFY, row -> true, known, hints.origin());
        });
    }

    @Override
    public void release() {}

    /** Statements have a timeout; the thread is a daemon and holds nothing that others wait for. */
    @Override
    public void abort() {}

    @Override
    public void end() {
        if (registration != null) {
            registration.close();
        }
    }
}
