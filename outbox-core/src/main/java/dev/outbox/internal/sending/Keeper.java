package dev.outbox.internal.sending;

import dev.outbox.spi.FailureText;
import dev.outbox.spi.Outcome;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transport's own thread: it looks after the connection and serves the lobby. What may take long is done here, so that neither the relay's thread nor the
 * client's waits.
 */
public final class Keeper {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final Duration FAULT_PAUSE = Duration.ofSeconds(1);

    /** What there is to look after. */
    public interface Duties {
        /** Looks after it, without waiting for the broker. Returns nanoseconds until it wants to be called again. */
        long tend(long now);

        /** The last call: lets what is under way end, for at most so long, and closes. */
        void close(Duration timeout);
    }

    private final String broker;
    private final Lobby lobby;
    private final Duration closeTimeout;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private volatile boolean stopping;

    /**
     * Not started.
     *
     * @param broker what the broker is called in logs
     * @param patience how long a message waits in the lobby
     * @param closeTimeout how long what is under way has when the transport is closed
     */
    public Keeper(String broker, Duration patience, Duration closeTimeout) {
        this.broker = broker;
        this.lobby = new Lobby(patience);
        this.closeTimeout = closeTimeout;
    }

    /** Begins to look after these. Called once. */
    public void start(Duties duties) {
        Thread started = new Thread(() -> run(duties), "outbox-" + broker.toLowerCase(Locale.ROOT));
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    /** Makes the thread look at everything now. From any thread. */
    public void wake() {
        LockSupport.unpark(thread);
    }

    /** Lets a message wait until the client takes it. From any thread. */
    public void receive(Sending sending) {
        lobby.add(sending);
        wake();
        if (ended.getCount() == 0) {
            lobby.clear(this::turnAway);
        }
    }

    private void run(Duties duties) {
        try {
            while (!stopping) {
                LockSupport.parkNanos(this, step(duties));
            }
        } finally {
            stopping = true;
            duties.close(closeTimeout);
            lobby.clearAll(this::turnAway);
            ended.countDown();
            lobby.clear(this::turnAway);
        }
    }

    private long step(Duties duties) {
        try {
            long pause = duties.tend(System.nanoTime());
            return Math.min(pause, lobby.serve(System.nanoTime()));
        } catch (RuntimeException e) {
            LOG.error("the {} transport met a fault of its own and goes on: {}", broker, FailureText.of(e), e);
            return FAULT_PAUSE.toNanos();
        }
    }

    /** Ends the thread after the client has had its time to finish; waits for that. */
    public void stop() {
        stopping = true;
        wake();
        try {
            Duration bound = closeTimeout.plus(FAULT_PAUSE);
            if (!ended.await(bound.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.warn("the {} transport's client has not ended within {}", broker, bound);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void turnAway(Sending sending) {
        sending.report(new Outcome.Unknown(new IllegalStateException("the " + broker + " transport is closed")));
    }
}
