package dev.outbox.testkit;

import dev.outbox.spi.Outcome;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the destination of an {@link InMemoryTransport} treats one sending: whether and when it arrives, and what the transport reports. Immutable. */
public final class Answer {
    /** When something happens. */
    enum Moment {
        NOW,
        /** At {@link InMemoryTransport#release}. */
        LATER,
        NEVER
    }

    private final String name;
    final Moment arrival;
    final Moment report;
    final Outcome outcome;
    final @Nullable RuntimeException thrown;

    private Answer(String name, Moment arrival, Moment report, Outcome outcome, @Nullable RuntimeException thrown) {
        this.name = name;
        this.arrival = arrival;
        this.report = report;
        this.outcome = outcome;
        this.thrown = thrown;
    }

    /** Arrives and is confirmed at once. */
    public static Answer confirm() {
        return new Answer("confirm", Moment.NOW, Moment.NOW, Outcome.CONFIRMED, null);
    }

    /** Arrives at once; the confirmation is held until {@link InMemoryTransport#release}. */
    public static Answer confirmLate() {
        return new Answer("confirm late", Moment.NOW, Moment.LATER, Outcome.CONFIRMED, null);
    }

    /** Arrives and is confirmed at {@link InMemoryTransport#release}. */
    public static Answer arriveLate() {
        return new Answer("arrive late", Moment.LATER, Moment.LATER, Outcome.CONFIRMED, null);
    }

    /** Will never be taken. */
    public static Answer reject(String why) {
        return new Answer("reject", Moment.NEVER, Moment.NOW, new Outcome.Rejected(scripted(why)), null);
    }

    /** Does not arrive; costs an attempt. */
    public static Answer fail(String why) {
        return new Answer("fail", Moment.NEVER, Moment.NOW, new Outcome.Failed(scripted(why)), null);
    }

    /** Does not arrive: the destination takes nothing. */
    public static Answer unavailable() {
        Outcome outcome = new Outcome.Unavailable(scripted("unavailable"));
        return new Answer("unavailable", Moment.NEVER, Moment.NOW, outcome, null);
    }

    /** Does not arrive: the destination takes nothing and asks to be left alone for {@code retryAfter}. */
    public static Answer unavailable(Duration retryAfter) {
        Outcome outcome = new Outcome.Unavailable(scripted("unavailable"), Optional.of(retryAfter));
        return new Answer("unavailable", Moment.NEVER, Moment.NOW, outcome, null);
    }

    /** Arrives, but the confirmation is lost: unknown. */
    public static Answer loseConfirmation() {
        return new Answer("lose confirmation", Moment.NOW, Moment.NOW, unknown(), null);
    }

    /** Is lost on its way: unknown. */
    public static Answer loseMessage() {
        return new Answer("lose message", Moment.NEVER, Moment.NOW, unknown(), null);
    }

    /** Is reported as unknown at once, and arrives at {@link InMemoryTransport#release} all the same. */
    public static Answer arriveAfterUnknown() {
        return new Answer("arrive after unknown", Moment.LATER, Moment.NOW, unknown(), null);
    }

    /** Never arrives and never gets an outcome before the transport is closed: breaks the promise of the interface. */
    public static Answer silence() {
        return new Answer("silence", Moment.NEVER, Moment.NEVER, unknown(), null);
    }

    /** Makes {@code send} throw {@code thrown} when it comes to this sending; it and those behind it in the batch do not arrive. */
    public static Answer fault(RuntimeException thrown) {
        return new Answer("fault", Moment.NEVER, Moment.NEVER, unknown(), thrown);
    }

    /** Whether nothing is out of the ordinary. */
    boolean isConfirm() {
        return arrival == Moment.NOW && report == Moment.NOW && outcome == Outcome.CONFIRMED;
    }

    private static Outcome unknown() {
        return new Outcome.Unknown(scripted("unknown"));
    }

    private static IllegalStateException scripted(String why) {
        return new IllegalStateException("scripted: " + why);
    }

    @Override
    public String toString() {
        return name;
    }
}
