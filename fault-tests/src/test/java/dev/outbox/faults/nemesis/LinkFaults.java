package dev.outbox.faults.nemesis;

import dev.outbox.faults.nemesis.Span.Seconds;
import java.time.Duration;

/** What happens on the way from a process to a server. */
public final class LinkFaults {
    private static final Seconds AT_ONCE = new Seconds(0.2, 1);
    /** Up to more than the time after which clients give up. */
    private static final Seconds HELD = new Seconds(2, 12);

    private static final Seconds SLOW = new Seconds(3, 7);
    private static final Duration LATENCY = Duration.ofMillis(200);
    private static final int BYTES_PER_SECOND = 40_000;

    private LinkFaults() {}

    /** All connections are cut, twice; new ones are accepted. */
    public static Fault cut(Link link) {
        return Span.of(
                "cut",
                link,
                AT_ONCE,
                held -> held.proxy().cut(),
                held -> held.proxy().cut());
    }

    /** Nothing passes, and nobody is told. */
    public static Fault blackHole(Link link) {
        return Span.of(
                "black hole",
                link,
                HELD,
                held -> held.proxy().freeze(),
                held -> held.proxy().thaw());
    }

    /** Requests arrive, replies do not: what succeeded looks failed. */
    public static Fault repliesDropped(Link link) {
        return Span.of(
                "no replies",
                link,
                HELD,
                held -> held.proxy().dropReplies(),
                held -> held.proxy().deliverReplies());
    }

    /** Everything takes longer. */
    public static Fault latency(Link link) {
        return Span.of(
                "latency",
                link,
                SLOW,
                held -> held.proxy().delay(LATENCY),
                held -> held.proxy().delay(Duration.ZERO));
    }

    /** Little passes in a second. */
    public static Fault throttled(Link link) {
        return Span.of(
                "throttle",
                link,
                SLOW,
                held -> held.proxy().throttle(BYTES_PER_SECOND),
                held -> held.proxy().throttle(0));
    }
}
