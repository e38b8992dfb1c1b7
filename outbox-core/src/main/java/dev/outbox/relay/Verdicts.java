package dev.outbox.relay;

import dev.outbox.retry.RetryDecision;
import dev.outbox.retry.RetryDecision.GiveUp;
import dev.outbox.retry.RetryDecision.RetryAfter;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.Change;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.ParkReason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Decides what follows from the outcome of a sending. */
class Verdicts {
    private static final String PROCESS_ENDED = "the process ended while this message was alone in flight";

    private final Memory memory;
    private final Dispatcher dispatcher;
    private final Settler settler;
    private final RetryPolicy policy;
    private final RandomGenerator random;
    private final Meter meter;
    private final InstantSource wallClock;

    Verdicts(
            Memory memory,
            Dispatcher dispatcher,
            Settler settler,
            RetryPolicy policy,
            RandomGenerator random,
            Meter meter,
            InstantSource wallClock) {
        this.memory = memory;
        this.dispatcher = dispatcher;
        this.settler = settler;
        this.policy = policy;
        this.random = random;
        this.meter = meter;
        this.wallClock = wallClock;
    }

    /** The outcome of sending {@code token}; later outcomes of the same sending change nothing. */
    void onOutcome(long token, Outcome outcome, long now) {
        Held held = dispatcher.inFlight().remove(token);
        if (held == null) {
            return;
        }
        Lane lane = held.lane();
        lane.inFlight--;
        boolean wasUnknown = held.isUnknown();
        if (held.orphan) {
            forgetUnknown(held);
            if (outcome instanceof Outcome.Confirmed) {
                held.state = Held.State.GONE;
                settler.confirm(held, now);
            }
            return;
        }
        held.queue.underWay--;
        if (outcome instanceof Outcome.Confirmed) {
            answered(lane);
            confirmed(held, now);
        } else if (held.wasInRun() && mayBeOfAnother(outcome)) {
            answered(lane);
            held.queue.oneByOne = Math.max(held.queue.oneByOne, held.run);
            comeBack(held);
        } else if (outcome instanceof Outcome.Rejected rejected) {
            answered(lane);
            bury(held, DeadReason.REJECTED, held.attempts + 1, FailureText.of(rejected.error()), now);
        } else if (outcome instanceof Outcome.Failed failed) {
            answered(lane);
            failed(held, failed.error(), now);
        } else if (outcome instanceof Outcome.Unavailable unavailable) {
            comeBack(held);
            pause(lane, unavailable, unavailable.error(), now);
        } else if (outcome instanceof Outcome.Unknown unknown) {
            unknown(held, wasUnknown, unknown.error(), now);
        }
    }

    /** Whether the outcome of a run may be the doing of another of its messages: they are sent one by one then, to find out of which. */
    boolean mayBeOfAnother(Outcome outcome) {
        return outcome instanceof Outcome.Rejected || outcome instanceof Outcome.Failed;
    }

    /** No outcome came in time. A call that has not returned either says that the destination takes nothing. */
    void onTimeout(Held held, SendTimeoutException error, long now) {
        onOutcome(held.token, new Outcome.Unknown(error), now);
        if (held.lane().sending) {
            pause(held.lane(), null, error, now);
        }
    }

    private void answered(Lane lane) {
        if (lane.answered()) {
            meter.available(lane.destination);
        }
    }

    private void confirmed(Held held, long now) {
        forgetUnknown(held);
        Lane lane = held.lane();
        lane.confirmed(held.among, now - held.sinceNanos);
        if (lane.budget != null) {
            lane.budget.success();
        }
        meter.confirmed(held.stored, wallClock);
        memory.busy(held, Held.State.SETTLING);
        held.queue.oneByOne -= held.queue.oneByOne > 0 ? 1 : 0;
        settler.confirm(held, now);
        dispatcher.list(held.queue);
    }

    private void failed(Held held, Throwable error, long now) {
        forgetUnknown(held);
        int attempts = held.attempts + 1;
        String text = FailureText.of(error);
        RetryDecision decision = policy.decide(
                attempts, Duration.ofNanos(held.failingForNanos), Duration.ofNanos(held.lastDelayNanos), error, random);
        meter.failed();
        if (decision instanceof RetryAfter retry) {
            meter.retry(held.stored.message(), attempts, retry.delay(), text);
            park(held, ParkReason.RETRY, attempts, retry.delay(), text, now);
        } else if (decision instanceof GiveUp giveUp) {
            bury(held, reason(giveUp), attempts, text, now);
        }
    }

    /** A process ended while this row, just read, was alone in flight: that costs an attempt. */
    void chargeCrash(Held held, long now) {
        int attempts = held.attempts + 1;
        meter.failed();
        RetryDecision decision = policy.decide(
                attempts, Duration.ofNanos(held.failingForNanos), Duration.ofNanos(held.lastDelayNanos), null, random);
        if (decision instanceof RetryAfter retry) {
            meter.retry(held.stored.message(), attempts, retry.delay(), PROCESS_ENDED);
            park(held, ParkReason.SUSPECT, attempts, retry.delay(), PROCESS_ENDED, now);
        } else {
            bury(held, DeadReason.PROCESS_ENDED, attempts, PROCESS_ENDED, now);
        }
    }

    /** A row that is no message can go nowhere; the others of its key do not wait for it. */
    void unreadable(Held held, long now) {
        String flaw = held.stored.flaw().orElse("");
        bury(held, DeadReason.REJECTED, held.attempts, "the row cannot be read as a message: " + flaw, now);
    }

    private static DeadReason reason(GiveUp giveUp) {
        return switch (giveUp.reason()) {
            case PERMANENT -> DeadReason.REJECTED;
            case ATTEMPTS_EXHAUSTED -> DeadReason.ATTEMPTS_EXHAUSTED;
            case TIME_EXHAUSTED -> DeadReason.TIME_EXHAUSTED;
        };
    }

    private void park(Held held, ParkReason reason, int attempts, Duration delay, String error, long now) {
        held.queue.oneByOne = 0;
        if (held.parked) {
            settler.change(held, new Change.Reschedule(held.row(), reason, attempts, delay, error), now);
            letFollowersGo(held.queue, now);
        } else {
            settler.change(held, new Change.Park(held.row(), reason, attempts, delay, error), now);
            parkFollowers(held.queue, now);
        }
    }

    /** What waits in memory behind a row that is parked goes behind it. */
    private void parkFollowers(KeyQueue queue, long now) {
        for (Held follower = queue.waiting.pollFirst(); follower != null; follower = queue.waiting.pollFirst()) {
            parkBehind(follower, now);
        }
    }

    /** Moves a row of {@code outbox_message} behind the parked rows of its key. */
    void parkBehind(Held held, long now) {
        forgetUnknown(held);
        settler.change(held, new Change.Park(held.row(), ParkReason.BEHIND, held.attempts, Duration.ZERO, ""), now);
    }

    /** Parked rows of the key stay where they are; a later read brings them again, in order. */
    private void letFollowersGo(KeyQueue queue, long now) {
        for (Held follower = queue.waiting.pollFirst(); follower != null; follower = queue.waiting.pollFirst()) {
            if (follower.parked) {
                forgetUnknown(follower);
                memory.letGo(follower);
            } else {
                parkBehind(follower, now);
            }
        }
    }

    private void bury(Held held, DeadReason reason, int attempts, String error, long now) {
        forgetUnknown(held);
        meter.dead(held.stored.message(), reason, attempts, error);
        held.queue.oneByOne = 0;
        if (held.parked) {
            letFollowersGo(held.queue, now);
        }
        settler.change(held, new Change.Bury(held.row(), reason, attempts, error), now);
    }

    private void unknown(Held held, boolean again, Throwable error, long now) {
        Lane lane = held.lane();
        lane.shrink();
        boolean proven = again && held.alone && lane.confirmations > held.unknownAtConfirmation;
        if (proven) {
            failed(held, error, now);
            return;
        }
        if (!again) {
            lane.unknown++;
        }
        held.unknownAtConfirmation = lane.confirmations;
        comeBack(held);
        if (held.alone) {
            pause(lane, null, error, now);
        }
    }

    private void pause(Lane lane, Outcome.@Nullable Unavailable unavailable, Throwable error, long now) {
        long delay = lane.pause(now, unavailable, random);
        if (delay > 0) {
            meter.unavailable(lane.destination, Duration.ofNanos(delay), FailureText.of(error));
        }
    }

    private void comeBack(Held held) {
        memory.queued(held);
        dispatcher.requeue(held);
    }

    private static void forgetUnknown(Held held) {
        if (held.isUnknown()) {
            held.unknownAtConfirmation = -1;
            held.lane().unknown--;
        }
    }
}
