package dev.outbox.faults.nemesis;

import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A fault that something begins and something ends.
 *
 * @param name what happens to whom
 * @param subjects whom it happens to
 * @param shortest how long it lasts at least
 * @param longest how long it lasts at most
 * @param beginning lets it go wrong
 * @param ending mends it
 */
record Span(String name, Set<String> subjects, Duration shortest, Duration longest, Runnable beginning, Runnable ending)
        implements Fault {
    /** Of one process. */
    static Fault of(String verb, Victim victim, Seconds seconds, Consumer<Victim> beginning, Consumer<Victim> ending) {
        return new Span(
                verb + " " + victim.name(),
                Set.of(victim.name()),
                seconds.least(),
                seconds.most(),
                () -> beginning.accept(victim),
                () -> ending.accept(victim));
    }

    /** Of one server. */
    static Fault of(String verb, Server server, Seconds seconds, Consumer<Server> beginning, Consumer<Server> ending) {
        return new Span(
                verb + " " + server.name(),
                Set.of(server.name()),
                seconds.least(),
                seconds.most(),
                () -> beginning.accept(server),
                () -> ending.accept(server));
    }

    /** Of one way. */
    static Fault of(String verb, Link link, Seconds seconds, Consumer<Link> beginning, Consumer<Link> ending) {
        return new Span(
                verb + " " + link.name(),
                link.subjects(),
                seconds.least(),
                seconds.most(),
                () -> beginning.accept(link),
                () -> ending.accept(link));
    }

    @Override
    public void begin() {
        beginning.run();
    }

    @Override
    public void end() {
        ending.run();
    }

    /**
     * How long a fault lasts.
     *
     * @param atLeast in seconds
     * @param atMost in seconds
     */
    record Seconds(double atLeast, double atMost) {
        Duration least() {
            return duration(atLeast);
        }

        Duration most() {
            return duration(atMost);
        }

        private static Duration duration(double seconds) {
            return Duration.ofMillis(Math.round(seconds * 1_000));
        }
    }
}
