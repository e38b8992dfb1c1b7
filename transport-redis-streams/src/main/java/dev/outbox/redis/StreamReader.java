package dev.outbox.redis;

import dev.outbox.Message;
import dev.outbox.internal.trouble.Trouble;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Incoming;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/**
 * The thread that reads one stream, over a connection of its own.
 *
 * <p><strong>Order.</strong> Whoever owns the stream begins with what is pending of it, in order, whoever had it before, and reads on from there; so every message is handled
 * after those before it were handled, here or elsewhere. It is the server that looks at the lease when it gives out entries. After each fault of the connection the pending
 * entries are looked at again, for the reply to a read may have been lost.
 *
 * <p><strong>Waiting.</strong> A read that gives out entries cannot wait, because the lease may pass to another meanwhile. So the thread waits for the stream to grow by a read that gives out
 * nothing.
 */
final class StreamReader implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStreamsSource.class);
    private static final long BLOCK_MILLIS = 500;
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LAST_WAIT = Duration.ofSeconds(2);
    private static final Duration FORGET_CONSUMERS_AFTER = Duration.ofMinutes(1);

    private final SourceParts parts;
    private final String stream;
    private final @Nullable Lease lease;
    private final Group group;
    private final Holding holding = new Holding();
    private final Finishing finishing;
    private final Deliveries deliveries;
    private final Recovery recovery;
    private final Trouble trouble;
    private final Every lagLook = new Every(Duration.ofSeconds(1));
    private final Every repetition = new Every(TICK.multipliedBy(2));
    private final Every cleaning = new Every(FORGET_CONSUMERS_AFTER);
    private final Every sign;
    private final Thread thread;
    private volatile @Nullable Link current;
    private volatile boolean stopping;
    private volatile boolean retiring;
    private volatile OptionalLong lag = OptionalLong.empty();
    private boolean owned;
    private String lastDelivered = "";

    StreamReader(SourceParts parts, String stream) {
        this.parts = parts;
        this.stream = stream;
        this.lease = parts.isLeased()
                ? new Lease(
                        stream, parts.group(), parts.consumer(), parts.numbers().lease())
                : null;
        this.group = new Group(stream, parts.group(), parts.consumer(), lease == null ? Guard.NONE : lease);
        this.finishing = new Finishing(parts.client(), group, holding);
        this.deliveries = new Deliveries(parts, group, holding);
        this.recovery = new Recovery(group, deliveries, parts.numbers());
        this.trouble = new Trouble(LOG, parts.name() + ", stream '" + stream + "'");
        this.sign = new Every(parts.numbers().lease().dividedBy(4));
        this.thread = new Thread(this, parts.name() + "-" + stream);
        this.thread.setDaemon(true);
    }

    String stream() {
        return stream;
    }

    /** What is not finished; empty if it is not known, and 0 if the stream is another's. */
    OptionalLong lag() {
        return lag;
    }

    void start() {
        thread.start();
    }

    void wake() {
        LockSupport.unpark(thread);
    }

    /** Lets the thread end soon. */
    void stop() {
        stopping = true;
        wake();
    }

    /** As {@link #stop}, while the consumer goes on. */
    void retire() {
        retiring = true;
        stop();
    }

    /** Waits for the thread's end; then it is cut off. */
    void awaitEnd(long untilNanos) throws InterruptedException {
        thread.join(Math.max(1, Duration.ofNanos(untilNanos - System.nanoTime()).toMillis()));
        Link link = current;
        if (thread.isAlive() && link != null) {
            LOG.warn("{}: the stream '{}' was not given back in time", parts.name(), stream);
            link.abort();
        }
    }

    /** On any thread. */
    void finish(List<Incoming> finished, Runnable onPart) {
        finishing.finish(finished, onPart);
    }

    /** On any thread. */
    void setAside(Incoming incoming, Message deadLetter) {
        holding.setAside(incoming.token(), deadLetter);
    }

    @Override
    public void run() {
        try {
            readUntilStopped();
            leave();
        } catch (Error error) {
            LOG.error(
                    "{}: an error has ended the thread that reads the stream '{}'; it reads nothing more, and others take over when the lease has run out",
                    parts.name(),
                    stream,
                    error);
            parts.retirement().run();
            retired();
            throw error;
        } finally {
            lag = OptionalLong.empty();
        }
    }

    private void readUntilStopped() {
        Duration pause = SHORTEST_PAUSE;
        while (!stopping) {
            try (Link link = parts.client().openFor(stream)) {
                current = link;
                session(link);
            } catch (JedisMovedDataException moved) {
                parts.client().learn(stream, moved.getTargetNode());
                lag = OptionalLong.empty();
                LockSupport.parkNanos(this, TICK.toNanos() / 10);
            } catch (JedisException failure) {
                lag = OptionalLong.empty();
                trouble.is(text(failure));
                parts.client().forgetPlaceOf(stream);
                LockSupport.parkNanos(this, pause.toNanos());
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                continue;
            } catch (RuntimeException fault) {
                lag = OptionalLong.empty();
                LOG.error("{} met a fault of its own and goes on: {}", parts.name(), FailureText.of(fault), fault);
                LockSupport.parkNanos(this, LONGEST_PAUSE.toNanos());
            }
            pause = SHORTEST_PAUSE;
        }
    }

    private String text(JedisException failure) {
        if (failure instanceof JedisDataException error && Group.isMissing(error)) {
            return "there is no group '" + parts.group() + "': create it with XGROUP CREATE " + stream + " "
                    + parts.group() + " 0 MKSTREAM, or let the source do so with createGroups";
        }
        return Failures.text(failure);
    }

    private void session(Link link) {
        createGroup(link);
        recovery.begin();
        while (!stopping) {
            try {
                turn(link);
            } catch (JedisDataException error) {
                if (Lease.isLoss(error)) {
                    lose();
                } else if (Group.isMissing(error) && isCreating()) {
                    LOG.warn(
                            "{}: the group '{}' of stream '{}' is gone, and created again",
                            parts.name(),
                            parts.group(),
                            stream);
                    group.create(link, "0");
                    recovery.begin();
                } else {
                    throw error;
                }
            }
        }
    }

    private void createGroup(Link link) {
        if (isCreating()) {
            group.create(link, parts.numbers().beginning() == SourceParts.Beginning.LATEST ? "$" : "0");
        }
    }

    private boolean isCreating() {
        return parts.numbers().beginning() != SourceParts.Beginning.NONE;
    }

    private void turn(Link link) {
        if (!owned && !acquire(link)) {
            LockSupport.parkNanos(this, Math.min(parts.numbers().lease().toNanos() / 10, TICK.toNanos() * 5));
            return;
        }
        chores(link);
        if (lease != null && parts.share().giveAway()) {
            handOver(link);
        } else if (parts.paused().get()) {
            LockSupport.parkNanos(this, TICK.toNanos());
        } else if (!recovery.isComplete()) {
            if (recovery.step(link)) {
                lastDelivered = group.info(link).lastDelivered();
            }
        } else {
            read(link);
        }
        trouble.isOver();
    }

    private boolean acquire(Link link) {
        if (lease == null) {
            owned = true;
        } else if (parts.share().take()) {
            try {
                owned = lease.acquire(link);
            } finally {
                if (!owned) {
                    parts.share().giveBack();
                }
            }
            if (owned) {
                LOG.info("{} owns the stream '{}'", parts.name(), stream);
                recovery.begin();
            }
        }
        if (!owned) {
            lag = parts.share().isKnown() ? OptionalLong.of(0) : OptionalLong.empty();
        }
        return owned;
    }

    private void chores(Link link) {
        if (repetition.isDue()) {
            finishing.again();
        }
        if (sign.isDue() && lease != null && !lease.holds(link)) {
            throw new JedisDataException(Lease.NOT_OWNER);
        }
        if (lease == null) {
            recovery.lookAfterOthers(link, parts.paused().get());
        }
        if (lagLook.isDue()) {
            lag = group.unfinished(link);
        }
        if (cleaning.isDue()) {
            group.deleteIdle(link, "", FORGET_CONSUMERS_AFTER.toMillis());
        }
    }

    private void read(Link link) {
        if (lease == null) {
            deliveries.fresh(group.readWaiting(link, parts.numbers().batch(), BLOCK_MILLIS));
            return;
        }
        List<Entry> entries = group.read(link, parts.numbers().batch());
        if (!entries.isEmpty()) {
            lastDelivered = entries.get(entries.size() - 1).id();
            deliveries.fresh(entries);
        } else if (group.awaitAfter(link, lastDelivered, BLOCK_MILLIS)) {
            // Usually what comes with the next read. If another had it, or somebody has moved the group, there would be
            // no end of it.
            lastDelivered = group.info(link).lastDelivered();
        }
    }

    /** The consumer goes on, but the stream will be another's. */
    private void retired() {
        if (owned) {
            holding.clear();
            parts.sink().lost(List.of(stream));
        }
    }

    private void lose() {
        if (owned) {
            LOG.warn("{} has lost the stream '{}'", parts.name(), stream);
            owned = false;
            holding.clear();
            parts.sink().lost(List.of(stream));
            parts.share().giveBack();
        }
    }

    /** Another process is to have the stream: what runs may end. */
    private void handOver(Link link) {
        AtomicBoolean drained = new AtomicBoolean();
        parts.sink().revoke(List.of(stream)).whenComplete((nothing, failure) -> {
            drained.set(true);
            wake();
        });
        try {
            if (drain(link, drained)) {
                giveBack(link);
            }
        } finally {
            owned = false;
            holding.clear();
            parts.sink().lost(List.of(stream));
        }
        LOG.info("{} has given the stream '{}' to others", parts.name(), stream);
    }

    /** Waits as long as may be; whether the stream is still owned. */
    private boolean drain(Link link, AtomicBoolean drained) {
        long end = System.nanoTime() + parts.numbers().drainTimeout().toNanos();
        while (!stopping && !drained.get() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(this, TICK.toNanos());
            finishing.again();
            if (sign.isDue() && lease != null && !lease.holds(link)) {
                return false;
            }
        }
        return true;
    }

    /** What is not finished goes to whoever comes next, as something that has done no harm. */
    private void giveBack(Link link) {
        awaitAcknowledgements();
        group.release(link);
        if (lease != null) {
            lease.release(link);
        }
    }

    private void awaitAcknowledgements() {
        long end = System.nanoTime() + LAST_WAIT.toNanos();
        while (!holding.isAcknowledged() && System.nanoTime() - end < 0) {
            finishing.again();
            LockSupport.parkNanos(this, TICK.toNanos() / 20);
        }
    }

    private void leave() {
        if (owned) {
            if (retiring) {
                retired();
            }
            try (Link link = parts.client().openFor(stream)) {
                current = link;
                giveBack(link);
            } catch (JedisException unreachable) {
                LOG.debug("The stream '{}' is not given back: {}", stream, FailureText.of(unreachable));
            }
        }
    }
}
