package dev.outbox.internal.delivery;

import dev.outbox.Message;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A message that the relay handed over and not every subscriber has handled or taken over. When it is sent again meanwhile (the relay took the first for
 * unknown, or another relay in this process has taken over), the later sending waits for the same result: handlers are not started twice.
 */
final class Sending {
    /** Somebody who waits for the outcome. */
    record Waiting(long token, OutcomeListener listener, long sinceNanos) {}

    private final Message message;
    private final Instant createdAt;
    private final long arrivedNanos;
    private final List<FreshWork> works = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private int open;
    private boolean touched;
    private @Nullable RuntimeException failure;

    Sending(Message message, Instant createdAt, long nowNanos) {
        this.message = message;
        this.createdAt = createdAt;
        this.arrivedNanos = nowNanos;
    }

    Message message() {
        return message;
    }

    Instant createdAt() {
        return createdAt;
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    void add(FreshWork work) {
        works.add(work);
        open++;
    }

    /** One for each subscriber. */
    List<FreshWork> works() {
        return works;
    }

    void await(Waiting one) {
        waiting.add(one);
    }

    /** A handler is started or the store is asked to take over: from now on the message may have arrived. */
    void touched() {
        touched = true;
    }

    /** One more subscriber needs nothing any more; true if it was the last. */
    boolean done() {
        return --open == 0;
    }

    /** One more subscriber could neither handle it nor take it over; true if it was the last. */
    boolean failed(RuntimeException why) {
        failure = why;
        return done();
    }

    /** Once all subscribers are done. */
    Outcome outcome() {
        if (failure == null) {
            return Outcome.CONFIRMED;
        }
        return touched ? new Outcome.Unknown(failure) : new Outcome.Unavailable(failure);
    }

    /** Takes out all that wait for the outcome. */
    List<Waiting> takeWaiting() {
        return takeWaiting(one -> true);
    }

    /** Takes out those that wait for the outcome since {@code nanos} or longer. */
    List<Waiting> takeWaitingSince(long nanos) {
        return takeWaiting(one -> one.sinceNanos() - nanos <= 0);
    }

    private List<Waiting> takeWaiting(Predicate<Waiting> which) {
        List<Waiting> taken = waiting.stream().filter(which).toList();
        waiting.removeAll(taken);
        return taken;
    }
}
