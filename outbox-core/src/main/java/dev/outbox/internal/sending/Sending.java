package dev.outbox.internal.sending;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import java.util.concurrent.atomic.AtomicBoolean;

/** One message on its way: offered to the client until that takes it, and then confirmed or not. */
public abstract class Sending {
    private final long token;
    private final OutcomeListener outcomes;
    private final long sinceNanos;
    private final AtomicBoolean reported = new AtomicBoolean();

    /**
     * A message that has just come.
     *
     * @param token names it towards {@code outcomes}
     */
    protected Sending(long token, OutcomeListener outcomes) {
        this.token = token;
        this.outcomes = outcomes;
        this.sinceNanos = System.nanoTime();
    }

    /** When it came, by the JVM's monotonic clock. */
    public final long sinceNanos() {
        return sinceNanos;
    }

    /** What it has to wait for in line: messages of one lane are offered in their order. */
    public abstract String lane();

    /**
     * Offers the message, and never waits; false if the client does not take it at present, so that it has to be offered again. What the client throws, or a part of it
     * that the application has written, is a failed attempt of this message and concerns no other. By one thread at a time.
     */
    public final boolean offer() {
        try {
            return handOver();
        } catch (RuntimeException fault) {
            report(new Outcome.Failed(fault));
            return true;
        }
    }

    /** Gives the message to the client, and never waits; false if that does not take it at present. */
    protected abstract boolean handOver();

    /** The client did not take it in time: reports that. */
    public abstract void giveUp();

    /** Reports what became of it; only the first report counts. */
    public final void report(Outcome outcome) {
        if (reported.compareAndSet(false, true)) {
            outcomes.onOutcome(token, outcome);
        }
    }
}
