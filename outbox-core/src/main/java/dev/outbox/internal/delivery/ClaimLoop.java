package dev.outbox.internal.delivery;

import dev.outbox.retry.Backoff;
import dev.outbox.spi.DeliveryStore.Claimed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides when parked deliveries are claimed: when the store says that one is due, soon after this process has parked one or has unblocked a key, and now and
 * then, for what other processes did. One call at a time; none while all that may be claimed is claimed, or a suspect is to be alone.
 */
final class ClaimLoop {
    private static final int MOST_AT_ONCE = 100;

    private static final Backoff AFTER_FAILURE =
            Backoff.exponential(Duration.ofMillis(100)).cap(Duration.ofSeconds(5));

    private final EngineParts parts;
    private final EngineClock clock;
    private final StoreCalls calls;
    private final Dispatcher dispatcher;
    private final ParkedDeliveries parked;
    private final long minPollNanos;
    private final long maxPollNanos;
    private final Alarm next = new Alarm();
    private int failures;
    private boolean begun;
    private boolean forgotten;
    private boolean calling;
    private boolean stopped;

    ClaimLoop(EngineTools tools, ParkedDeliveries parked) {
        this.parts = tools.parts();
        this.clock = tools.clock();
        this.calls = tools.calls();
        this.dispatcher = tools.dispatcher();
        this.parked = parked;
        this.minPollNanos = parts.options().minPoll().toNanos();
        this.maxPollNanos = parts.options().maxPoll().toNanos();
    }

    /** Claims if it is time to. */
    void step() {
        if (!begun) {
            begun = true;
            next.setAt(clock.nanos());
        }
        if (mayClaim() && next.isDue(clock.nanos())) {
            next.clear();
            calling = true;
            if (forgotten) {
                claim();
            } else {
                forget();
            }
        }
    }

    /** A row becomes due that was not, as far as this process knows. */
    void wakeIn(Duration delay) {
        next.setNoLaterThan(clock.nanos() + delay.toNanos());
    }

    void stop() {
        stopped = true;
    }

    long idleNanos(long nowNanos) {
        return !mayClaim() ? Long.MAX_VALUE : next.remainingNanos(nowNanos);
    }

    private boolean mayClaim() {
        return !calling
                && !stopped
                && !dispatcher.isSecluded()
                && !namesWithRoom().isEmpty();
    }

    private List<String> namesWithRoom() {
        List<String> names = new ArrayList<>();
        for (String name : parts.subscribers().names()) {
            if (room(name) > 0) {
                names.add(name);
            }
        }
        return names;
    }

    private int room(String name) {
        return parts.subscribers().claimShare(name) - parked.held(name);
    }

    /** Once, before the first claim: what an earlier process of this name had claimed need not wait for its claims to run out. */
    private void forget() {
        calls.run(
                () -> parts.store().forget(parts.instance()),
                () -> {
                    forgotten = true;
                    calling = false;
                    next.setNoLaterThan(clock.nanos());
                },
                failure -> failed());
    }

    private void claim() {
        List<String> names = namesWithRoom();
        int limit = Math.min(MOST_AT_ONCE, names.stream().mapToInt(this::room).sum());
        long askedNanos = clock.nanos();
        calls.call(
                () -> parts.store()
                        .claimDue(
                                parts.instance(), names, limit, parts.options().claim()),
                claimed -> claimed(claimed, limit, askedNanos),
                failure -> failed());
    }

    private void claimed(List<Claimed> claimed, int limit, long askedNanos) {
        failures = 0;
        parked.take(claimed, askedNanos);
        if (claimed.size() == limit || claimed.stream().anyMatch(Claimed::suspect)) {
            calling = false;
            next.setNoLaterThan(clock.nanos());
        } else {
            lookAhead(claimed.isEmpty());
        }
    }

    private void lookAhead(boolean nothingClaimed) {
        calls.call(
                () -> parts.store().nextDueNanos(parts.subscribers().names()),
                dueNanos -> {
                    calling = false;
                    next.setNoLaterThan(clock.nanos() + pauseNanos(dueNanos, nothingClaimed));
                },
                failure -> failed());
    }

    /**
     * Until the next row is due, and a little more, since every process waits for it; at most the longest pause. A row that is due and could not be claimed is
     * not the first of its key, or others are at it.
     */
    private long pauseNanos(long dueNanos, boolean nothingClaimed) {
        long longest = maxPollNanos / 2 + parts.random().nextLong(maxPollNanos / 2 + 1);
        if (dueNanos > 0) {
            long apart = parts.random().nextLong(minPollNanos / 2 + 1);
            return dueNanos > longest ? longest : Math.min(longest, dueNanos + apart);
        }
        return nothingClaimed ? minPollNanos / 2 + parts.random().nextLong(minPollNanos / 2 + 1) : 0;
    }

    private void failed() {
        calling = false;
        failures = Math.min(failures + 1, 30);
        next.setAt(clock.nanos() + AFTER_FAILURE.delayNanos(failures, 0, parts.random()));
    }
}
