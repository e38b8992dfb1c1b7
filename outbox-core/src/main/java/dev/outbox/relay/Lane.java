package dev.outbox.relay;

import dev.outbox.retry.Backoff;
import dev.outbox.retry.RateLimit;
import dev.outbox.retry.RetryBudget;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One destination: what waits for it, and whether it takes messages at present.
 *
 * <p>OPEN until a message comes back as unavailable; then PAUSED for a jittered time, then PROBING with one message, whose outcome opens or pauses it again.
 * After an unknown outcome the lane is cautious until every message that came back as unknown has an answer: one message at first, twice as many after each
 * confirmation, one again after the next unknown outcome. So the message that breaks the connection is soon alone, and its neighbours are not charged
 * (R15).
 *
 * <p>A destination that is slow takes what it takes in its own time. If confirmations take longer than half of the send timeout, fewer are in flight from then on.
 */
final class Lane {
    private enum State {
        OPEN,
        PAUSED,
        PROBING
    }

    private static final int MAX_WINDOW = 1 << 20;
    private static final int MAX_RUN = 100;

    final String destination;
    final Transport transport;
    /** How many messages of a key it takes as one. */
    final int longestRun;

    final @Nullable RateLimit rate;
    final @Nullable RetryBudget budget;
    final ArrayDeque<KeyQueue> ready = new ArrayDeque<>();
    /** Keys whose next message is a retry, when there is a budget. */
    final ArrayDeque<KeyQueue> retries = new ArrayDeque<>();

    private final Backoff backoff;
    private State state = State.OPEN;
    private int pauses;
    private long pausedUntilNanos;
    /** Whether the budget was used up once, so that the next retry without a token has its time. */
    private boolean trickling;

    private long nextTrickleNanos;

    int held;
    /** Of those in memory, the ones without an outcome: what the destination has yet to take. */
    int waiting;

    long waitingBytes;
    int inFlight;
    int unknown;
    /** Whether its transport is being called: until that returns, nothing more is handed over. */
    boolean sending;

    long confirmations;
    private int window = 1;
    /** How many in flight it confirms within half of the send timeout; more would come back as unknown and be sent again, for ever. */
    private int bearable = MAX_WINDOW;
    /** Since when it has had no room for a whole read, or {@link Long#MAX_VALUE}. */
    long crampedSinceNanos = Long.MAX_VALUE;

    Lane(
            String destination,
            Transport transport,
            Backoff backoff,
            @Nullable RateLimit rate,
            @Nullable RetryBudget budget) {
        this.destination = destination;
        this.transport = transport;
        this.longestRun = Math.max(1, Math.min(MAX_RUN, transport.longestRun()));
        this.backoff = backoff;
        this.rate = rate;
        this.budget = budget;
    }

    void waits(Held held) {
        waiting++;
        waitingBytes += held.bytes();
    }

    void waitsNoLonger(Held held) {
        waiting--;
        waitingBytes -= held.bytes();
    }

    /** How many messages may be sent now. */
    int capacity(long now, int maxInFlight) {
        if (sending) {
            return 0;
        }
        if (state == State.PAUSED) {
            if (now - pausedUntilNanos < 0) {
                return 0;
            }
            state = State.PROBING;
        }
        int most = Math.min(maxInFlight, bearable);
        int limit = state == State.PROBING ? 1 : unknown > 0 ? Math.min(window, most) : most;
        int room = limit - inFlight;
        return rate == null ? room : Math.min(room, rate.available(now));
    }

    /** Whether what is sent now is alone in the lane until its outcome. */
    boolean isOneAtATime() {
        return inFlight == 0 && (state == State.PROBING || (unknown > 0 && window == 1));
    }

    /** Whether it takes messages, as far as is known. */
    boolean isOpen() {
        return state == State.OPEN;
    }

    /** Whether suspects could be sent at once, when its pause and its rate allow that. For another that is full or blocked nobody has to keep still. */
    boolean hasRoomForSuspects(int maxInFlight) {
        return !sending && (inFlight == 0 || (isTrusted() && inFlight < Math.min(maxInFlight, bearable)));
    }

    /** Whether nothing is known about it that a new one would not know. */
    boolean isIdle() {
        return held == 0 && inFlight == 0 && !sending && isOpen() && rate == null && budget == null;
    }

    /** Whether it is sent as much as it takes, and not one at a time. */
    boolean isTrusted() {
        return state == State.OPEN && unknown == 0;
    }

    /** Whether it is left alone at {@code now}. */
    boolean isPaused(long now) {
        return state == State.PAUSED && now - pausedUntilNanos < 0;
    }

    /** Whether it is neither left alone nor at its rate; what is in flight does not matter. */
    boolean takes(long now) {
        return !isPaused(now) && (rate == null || rate.available(now) > 0);
    }

    /** Nanoseconds until it takes messages, for reasons of time alone; {@link Long#MAX_VALUE} if it takes them now. */
    long nanosUntilTaking(long now) {
        if (isPaused(now)) {
            return pausedUntilNanos - now;
        }
        return takes(now) || rate == null ? Long.MAX_VALUE : rate.nanosUntilAvailable(now);
    }

    /**
     * Nanoseconds until what waits can be sent, for reasons of time alone, or {@link Long#MAX_VALUE}: what waits for an outcome as well is woken by that.
     */
    long nanosUntilReady(long now) {
        if (ready.isEmpty() && retries.isEmpty()) {
            return Long.MAX_VALUE;
        }
        boolean trickleWaits = !retries.isEmpty() && trickling && now - nextTrickleNanos < 0;
        return Math.min(nanosUntilTaking(now), trickleWaits ? nextTrickleNanos - now : Long.MAX_VALUE);
    }

    /** Whether the budget allows one more retry; an empty one lets one a second through, so that nothing is stuck for ever. */
    boolean mayRetry(long now) {
        if (budget == null || budget.tryRetry()) {
            return true;
        }
        if (trickling && now - nextTrickleNanos < 0) {
            return false;
        }
        trickling = true;
        nextTrickleNanos = now + Duration.ofSeconds(1).toNanos();
        return true;
    }

    /** A message was confirmed, which was the last of {@code among} in flight when it was sent, so long ago. */
    void confirmed(int among, long tookNanos) {
        confirmations++;
        window = Math.min(2 * window, MAX_WINDOW);
        long bearableNanos = transport.sendTimeout().toNanos() / 2;
        if (tookNanos > bearableNanos) {
            bearable = (int) Math.max(1, Math.min(bearable, (double) among * bearableNanos / tookNanos));
        } else {
            bearable = Math.min(bearable + 1, MAX_WINDOW);
        }
    }

    /** A sending came back as unknown: begins again with one at a time. */
    void shrink() {
        window = 1;
    }

    /** The destination answered about a message: it is there. Returns whether that is news. */
    boolean answered() {
        boolean news = state != State.OPEN;
        state = State.OPEN;
        pauses = 0;
        return news;
    }

    /** The destination is unavailable; returns for how long it is left alone, or zero if it is being left alone already. */
    long pause(long now, Outcome.@Nullable Unavailable outcome, RandomGenerator random) {
        if (isPaused(now)) {
            return 0;
        }
        pauses = Math.min(pauses + 1, 1_000_000);
        long delay = backoff.delayNanos(pauses, 0, random);
        if (outcome != null) {
            long wish = outcome.retryAfter().map(Lane::bounded).orElse(0L);
            delay = Math.max(delay, wish);
        }
        state = State.PAUSED;
        pausedUntilNanos = now + delay;
        return delay;
    }

    private static long bounded(Duration wish) {
        Duration longest = Duration.ofHours(1);
        return wish.compareTo(longest) > 0 ? longest.toNanos() : Math.max(0, wish.toNanos());
    }
}
