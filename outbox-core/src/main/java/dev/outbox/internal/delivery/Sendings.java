package dev.outbox.internal.delivery;

import dev.outbox.Message;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** The messages under way, in the order in which they came, and who waits for their outcomes. Every sending gets exactly one outcome. */
final class Sendings {
    private final Map<Message, Sending> underWay = new LinkedHashMap<>();
    private final int maxPending;
    private final long sendTimeoutNanos;
    private final long takeOverNanos;
    private final Reports reports;
    private final Alarm sweepAt = new Alarm();

    Sendings(EngineOptions options, Reports reports) {
        this.maxPending = options.maxPending();
        this.sendTimeoutNanos = options.sendTimeout().toNanos();
        this.takeOverNanos = options.takeOver().toNanos();
        this.reports = reports;
    }

    boolean isFull() {
        return underWay.size() >= maxPending;
    }

    /** Lets {@code outgoing} wait for the same message that is under way; false if it is not. */
    boolean join(Outgoing outgoing, OutcomeListener outcomes, long nowNanos) {
        Sending same = underWay.get(outgoing.message());
        if (same == null) {
            return false;
        }
        same.await(new Sending.Waiting(outgoing.token(), outcomes, nowNanos));
        return true;
    }

    Sending open(Outgoing outgoing, OutcomeListener outcomes, long nowNanos) {
        Sending sending = new Sending(outgoing.message(), outgoing.createdAt(), nowNanos);
        sending.await(new Sending.Waiting(outgoing.token(), outcomes, nowNanos));
        underWay.put(outgoing.message(), sending);
        if (!sweepAt.isSet()) {
            sweepAt.setAt(nowNanos + sweepNanos());
        }
        return sending;
    }

    /** One subscriber has handled the message, or the store has it. */
    void done(Sending sending) {
        if (sending.done()) {
            close(sending);
        }
    }

    /** One subscriber has not, and the store does not. */
    void failed(Sending sending, RuntimeException why) {
        if (sending.failed(why)) {
            close(sending);
        }
    }

    /**
     * Looks for what waits too long, now and then: tells those whose handlers are still running that their outcome is not known, and returns what waits for a
     * busy subscriber.
     */
    List<FreshWork> sweep(long nowNanos) {
        if (!sweepAt.isDue(nowNanos)) {
            return List.of();
        }
        sweepAt.setAt(nowNanos + sweepNanos());
        if (underWay.isEmpty()) {
            sweepAt.clear();
        }
        List<FreshWork> late = new ArrayList<>();
        for (Sending sending : underWay.values()) {
            if (nowNanos - sending.arrivedNanos() < takeOverNanos) {
                break;
            }
            sending.works().stream().filter(Work::isWaiting).forEach(late::add);
            sending.takeWaitingSince(nowNanos - sendTimeoutNanos).forEach(this::timedOut);
        }
        return late;
    }

    /** Everything that has been neither started nor given to the store. */
    List<FreshWork> untouched() {
        return underWay.values().stream()
                .flatMap(sending -> sending.works().stream())
                .filter(Work::isUntouched)
                .toList();
    }

    /** Tells all that wait that their outcome is not known. */
    void abandon(RuntimeException why) {
        for (Sending sending : underWay.values()) {
            sending.takeWaiting().forEach(one -> tell(one.listener(), one.token(), new Outcome.Unknown(why)));
        }
    }

    void tell(OutcomeListener outcomes, long token, Outcome outcome) {
        try {
            outcomes.onOutcome(token, outcome);
        } catch (RuntimeException thrown) {
            reports.fault("Telling an outcome", thrown);
        }
    }

    int size() {
        return underWay.size();
    }

    long idleNanos(long nowNanos) {
        return sweepAt.remainingNanos(nowNanos);
    }

    private void timedOut(Sending.Waiting one) {
        String text = "a handler is still running after " + sendTimeoutNanos / 1_000_000 + " ms";
        tell(one.listener(), one.token(), new Outcome.Unknown(new TimeoutException(text)));
    }

    private void close(Sending sending) {
        underWay.remove(sending.message());
        Outcome outcome = sending.outcome();
        sending.takeWaiting().forEach(one -> tell(one.listener(), one.token(), outcome));
    }

    /** Often enough that times are kept to an eighth. */
    private long sweepNanos() {
        return takeOverNanos / 8;
    }
}
