package dev.outbox.rabbitmq;

import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Connection;
import dev.outbox.spi.FailureText;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from its beginning to its end, with its channels and with the thread that writes to them. What it was handed and has not published when it ends goes
 * back to where it waits; what it has published and the broker has not confirmed is unknown. Nothing of it outlives it, so that a confirm can only answer for a
 * message of its own.
 *
 * <p>The client's calls block: connecting, opening a channel, and writing, for as long as the broker does not read. Only this thread makes them. Another can end them by
 * closing the socket ({@link #cut}).
 */
final class Generation implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitTransport.class);
    private static final long LOOK_NANOS = Duration.ofMillis(500).toNanos();
    private static final long IDLE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int FAREWELL_MILLIS = 500;

    /** What the connections of a transport have to know of one. */
    interface Owner {
        /** Takes back a message that was not published. */
        void giveBack(RabbitSending sending);

        /** Something has changed: messages may go that could not before, or the connection is over. */
        void changed();
    }

    private final Broker broker;
    private final Owner owner;
    private final long confirmNanos;
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    private final Queue<RabbitSending> handed = new ConcurrentLinkedQueue<>();
    private final Gathering gathering = new Gathering();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Socket socket;
    private volatile @Nullable Connection connection;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable String blocked;
    private volatile boolean over;
    private volatile long writingSinceNanos;
    private volatile boolean writing;

    Generation(Broker broker, Owner owner, Duration confirmTimeout) {
        this.broker = broker;
        this.owner = owner;
        this.confirmNanos = confirmTimeout.toNanos();
        this.thread = new Thread(this, "outbox-rabbitmq-writer");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Takes a message to be published next, unless it would have to wait here. From any thread. */
    boolean take(RabbitSending sending) {
        if (connection == null || over || blocked != null) {
            return false;
        }
        Lane lane = lanes.computeIfAbsent(sending.lane(), destination -> new Lane(destination, this::laneChanged));
        if (!lane.admits()) {
            return false;
        }
        handed.add(sending);
        LockSupport.unpark(thread);
        if (ended.getCount() == 0) {
            giveBackAll();
        }
        return true;
    }

    private void laneChanged() {
        lanes.values().removeIf(Lane::isClosed);
        owner.changed();
    }

    @Override
    public void run() {
        try {
            Connection opened = broker.connect("outbox", created -> socket = created, gathering);
            opened.addBlockedListener(new Blocking());
            opened.addShutdownListener(this::lost);
            connection = opened;
            LOG.info("Connected to RabbitMQ at {}", broker);
            owner.changed();
            write(opened);
        } catch (IOException | TimeoutException | RuntimeException e) {
            failure = e;
        } finally {
            end();
        }
    }

    private void write(Connection opened) {
        long look = System.nanoTime() + LOOK_NANOS;
        while (!over) {
            RabbitSending sending = handed.poll();
            if (sending != null) {
                publish(opened, sending);
            } else {
                flush();
            }
            long now = System.nanoTime();
            if (now - look >= 0) {
                look = now + LOOK_NANOS;
                lookAfterLanes(now);
            } else if (sending == null && handed.isEmpty() && !over) {
                LockSupport.parkNanos(this, look - now);
            }
        }
    }

    private void publish(Connection opened, RabbitSending sending) {
        Lane lane = lanes.get(sending.lane());
        if (lane == null || blocked != null) {
            // Closed or blocked since it was handed over.
            giveBack(sending);
            return;
        }
        writingSinceNanos = System.nanoTime();
        writing = true;
        try {
            lane.publish(opened, gathering, sending);
        } catch (IOException | RuntimeException e) {
            LOG.debug("no channel for '{}': {}", sending.lane(), FailureText.of(e));
            lane.end("no channel could be opened", e);
            sending.report(Failures.notTaken(sending.route(), e));
        } finally {
            writing = false;
        }
    }

    private void flush() {
        writingSinceNanos = System.nanoTime();
        writing = true;
        try {
            gathering.flush();
        } catch (IOException e) {
            lost(e);
        } finally {
            writing = false;
        }
    }

    /** Gives up channels of which a confirm is overdue, and those that nobody has used for long. */
    private void lookAfterLanes(long now) {
        for (Lane lane : lanes.values()) {
            if (blocked == null && lane.isOverdue(now - confirmNanos)) {
                lane.end("the broker did not confirm an earlier message in time", null);
            } else if (lane.isIdleSince(now - IDLE_NANOS)) {
                lane.end("idle", null);
            }
        }
    }

    private void lost(Exception cause) {
        if (!over) {
            failure = cause;
            over = true;
            LOG.warn("the connection to RabbitMQ at {} is lost: {}", broker, FailureText.of(cause));
            LockSupport.unpark(thread);
        }
    }

    private void end() {
        over = true;
        Connection opened = connection;
        if (opened != null) {
            opened.abort(FAREWELL_MILLIS);
        }
        cut();
        lanes.values().forEach(lane -> lane.end("the connection was lost before the broker confirmed it", failure));
        ended.countDown();
        giveBackAll();
        owner.changed();
    }

    private void giveBackAll() {
        for (RabbitSending sending = handed.poll(); sending != null; sending = handed.poll()) {
            giveBack(sending);
        }
    }

    private void giveBack(RabbitSending sending) {
        Lane lane = lanes.get(sending.lane());
        if (lane != null) {
            lane.withdraw();
        }
        owner.giveBack(sending);
    }

    /** Whether the connection is made and has not ended. */
    boolean isOpen() {
        return connection != null && !over;
    }

    /** Whether nothing will ever be published by it any more. */
    boolean isOver() {
        return ended.getCount() == 0;
    }

    /** Why it ended, or could not begin. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Why the broker takes nothing from publishers at present. */
    @Nullable
    String blocked() {
        return blocked;
    }

    /**
     * What cannot be left to the writing thread, which the broker may hold up: says what has no confirm in time, takes back what waits while the broker blocks
     * publishers, and ends a connection that takes nothing although the broker has not asked it to wait.
     */
    void watch(long now) {
        lanes.values().forEach(lane -> lane.reportOverdue(now - confirmNanos));
        if (blocked != null) {
            giveBackAll();
        } else if (writing && now - writingSinceNanos > confirmNanos) {
            LOG.warn("RabbitMQ at {} reads nothing: the connection is given up", broker);
            cut();
        }
    }

    /** Lets everything be confirmed that is under way, for at most so long, and ends. */
    void finish(Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        while (isOpen() && blocked == null && isBusy() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(this, Duration.ofMillis(1).toNanos());
        }
        over = true;
        LockSupport.unpark(thread);
        if (writing || connection == null || blocked != null) {
            cut();
        }
        if (!awaitEnd()) {
            cut();
            awaitEnd();
        }
    }

    private boolean isBusy() {
        return writing || !handed.isEmpty() || lanes.values().stream().anyMatch(lane -> lane.unconfirmed() > 0);
    }

    private boolean awaitEnd() {
        try {
            return ended.await(FAREWELL_MILLIS / 2, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Closes the socket under the client: whatever waits for it ends at once. */
    private void cut() {
        Socket opened = socket;
        if (opened != null) {
            try {
                opened.close();
            } catch (IOException e) {
                LOG.debug("a socket did not close in good order: {}", FailureText.of(e));
            }
        }
    }

    private final class Blocking implements BlockedListener {
        @Override
        public void handleBlocked(String reason) {
            blocked = reason;
            LOG.warn("RabbitMQ at {} takes nothing from publishers: {}", broker, FailureText.clean(reason));
        }

        @Override
        public void handleUnblocked() {
            writingSinceNanos = System.nanoTime();
            blocked = null;
            LOG.info("RabbitMQ at {} takes messages again", broker);
            owner.changed();
        }
    }
}
