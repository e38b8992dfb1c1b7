package dev.outbox.relay;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The destinations of a run: decides what becomes of every sending, and when anybody hears of it. */
final class Broker {
    /** The process that sends is gone in the middle of sending. */
    static final class ProcessKilled extends Error {
        private static final long serialVersionUID = 1L;

        ProcessKilled() {
            super("killed by a message", null, false, false);
        }
    }

    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message, null, false, false);
        }
    }

    private static final Throwable REJECTION = new Refusal("not of this kind");
    private static final Throwable FAILURE = new Refusal("not this time");
    private static final Throwable OUTAGE = new Refusal("closed");
    private static final Throwable CUT = new Refusal("connection lost");

    /** A destination. */
    static final class Destination {
        private final List<long[]> outages = new ArrayList<>();
        private boolean hangs;
        private double slowness = 1;
        /** When it last gave nobody a clear answer, or was down. */
        private long troubledNanos = Long.MIN_VALUE / 2;

        private boolean isDown(long now) {
            return outages.stream().anyMatch(outage -> outage[0] <= now && now < outage[1]);
        }
    }

    private final Scenario scenario;
    private final Timeline timeline;
    private final Ledger ledger;
    private final Map<String, Destination> destinations = new LinkedHashMap<>();

    Broker(Scenario scenario, Timeline timeline, Ledger ledger) {
        this.scenario = scenario;
        this.timeline = timeline;
        this.ledger = ledger;
        for (int i = 0; i < scenario.destinations; i++) {
            destinations.put("d" + i, destination());
        }
    }

    private Destination destination() {
        Destination destination = new Destination();
        destination.hangs = scenario.random.nextInt(3) == 0;
        if (scenario.has(Fault.OUTAGE) && scenario.random.nextDouble() < 0.3 + scenario.strength(Fault.OUTAGE) / 2) {
            long from = (long) (scenario.activeNanos * scenario.random.nextDouble());
            destination.outages.add(new long[] {from, from + scenario.between(100, 4_000)});
        }
        return destination;
    }

    /** From now on the destination answers so many times more slowly. */
    void slow(String name, double slowness) {
        destinations.get(name).slowness = slowness;
    }

    /** How long the destination takes for one message, or a little more. */
    long answerNanos(String name) {
        return (long) (Scenario.millis(15) * destinations.get(name).slowness);
    }

    /** Whether the destination has answered every sending for so long. */
    boolean isHealthy(String name, long forNanos) {
        Destination destination = destinations.get(name);
        return !destination.isDown(timeline.now()) && timeline.now() - destination.troubledNanos > forNanos;
    }

    /** What a relay's transport does with a batch. */
    void send(SimProcess sender, List<Outgoing> batch, OutcomeListener outcomes) {
        for (List<Outgoing> run : scenario.longestRun > 1 ? Outgoing.runs(batch) : alone(batch)) {
            List<Tracked> tracked = run.stream().map(sender::sending).toList();
            if (run.size() == 1) {
                decide(sender, tracked.get(0), run.get(0), outcomes);
            } else {
                scenario.count(Fault.RUNS);
                decideRun(tracked, run, outcomes);
            }
        }
    }

    private static List<List<Outgoing>> alone(List<Outgoing> batch) {
        return batch.stream().map(List::of).toList();
    }

    /** One fate for all. Nobody has failed: it is not known for whose sake a run was refused. */
    private void decideRun(List<Tracked> tracked, List<Outgoing> run, OutcomeListener outcomes) {
        Destination destination = destinations.get(run.get(0).message().destination());
        tracked.forEach(this::mayKill);
        if (destination.isDown(timeline.now())) {
            for (int i = 0; i < run.size(); i++) {
                down(destination, tracked.get(i), run.get(i).token(), outcomes);
            }
        } else if (tracked.stream().anyMatch(one -> one.isTrouble(Tracked.Nature.REJECTED))) {
            scenario.count(Fault.POISON);
            run.forEach(one -> answer(destination, one.token(), new Outcome.Rejected(REJECTION), outcomes));
        } else if (tracked.stream().anyMatch(one -> one.isTrouble(Tracked.Nature.FAILING))
                || scenario.happens(Fault.FAILED_SEND, 0.3)) {
            run.forEach(one -> answer(destination, one.token(), new Outcome.Failed(FAILURE), outcomes));
        } else if (scenario.happens(Fault.AMBIGUOUS_SEND, 0.15)) {
            lose(destination, tracked, run, outcomes);
        } else {
            deliver(destination, tracked, run, outcomes);
        }
    }

    private void mayKill(Tracked tracked) {
        if (tracked.isTrouble(Tracked.Nature.CRASHING)) {
            tracked.troublesMade++;
            scenario.count(Fault.CRASHER);
            throw new ProcessKilled();
        }
    }

    private void decide(SimProcess sender, Tracked tracked, Outgoing outgoing, OutcomeListener outcomes) {
        long token = outgoing.token();
        Destination destination = destinations.get(tracked.message.destination());
        mayKill(tracked);
        if (destination.isDown(timeline.now())) {
            down(destination, tracked, token, outcomes);
        } else if (tracked.isTrouble(Tracked.Nature.REJECTED)) {
            tracked.troublesMade++;
            tracked.rejections++;
            scenario.count(Fault.POISON);
            answer(destination, token, new Outcome.Rejected(REJECTION), outcomes);
        } else if (tracked.isTrouble(Tracked.Nature.FAILING)) {
            tracked.troublesMade++;
            scenario.count(Fault.POISON);
            fail(sender, destination, tracked, token, outcomes);
        } else if (scenario.happens(Fault.FAILED_SEND, 0.3)) {
            fail(sender, destination, tracked, token, outcomes);
        } else if (scenario.happens(Fault.AMBIGUOUS_SEND, 0.15)) {
            lose(destination, List.of(tracked), List.of(outgoing), outcomes);
        } else {
            deliver(destination, List.of(tracked), List.of(outgoing), outcomes);
        }
    }

    private void fail(
            SimProcess sender, Destination destination, Tracked tracked, long token, OutcomeListener outcomes) {
        sender.failed(tracked);
        answer(destination, token, new Outcome.Failed(FAILURE), outcomes);
    }

    private void answer(Destination destination, long token, Outcome outcome, OutcomeListener outcomes) {
        long delay = (long) (scenario.between(0.5, 10) * destination.slowness);
        timeline.in(delay, () -> outcomes.onOutcome(token, outcome));
    }

    private void down(Destination destination, Tracked tracked, long token, OutcomeListener outcomes) {
        scenario.count(Fault.OUTAGE);
        destination.troubledNanos = timeline.now();
        if (destination.hangs && scenario.random.nextInt(4) == 0) {
            tracked.unknowns++;
            return;
        }
        Optional<Duration> wish =
                scenario.random.nextInt(4) == 0 ? Optional.of(Duration.ofMillis(50)) : Optional.empty();
        answer(destination, token, new Outcome.Unavailable(OUTAGE, wish), outcomes);
    }

    /** The request is lost, or its answer, or it arrives late; the relay hears of that, or nothing at all. */
    private void lose(Destination destination, List<Tracked> tracked, List<Outgoing> run, OutcomeListener outcomes) {
        tracked.forEach(one -> one.unknowns++);
        destination.troubledNanos = timeline.now();
        long arrival = switch (scenario.random.nextInt(3)) {
            case 0 -> Tracked.NEVER;
            case 1 -> scenario.between(0.5, 10);
            default -> scenario.between(10, 3 * scenario.sendTimeoutNanos / 1e6);
        };
        if (arrival != Tracked.NEVER) {
            timeline.in(arrival, () -> tracked.forEach(ledger::arrived));
        }
        for (Outgoing outgoing : run) {
            if (scenario.random.nextInt(3) > 0) {
                answer(destination, outgoing.token(), new Outcome.Unknown(CUT), outcomes);
            }
        }
    }

    private void deliver(Destination destination, List<Tracked> tracked, List<Outgoing> run, OutcomeListener outcomes) {
        long arrival = (long) (scenario.between(0.2, 5) * destination.slowness);
        timeline.in(arrival, () -> {
            tracked.forEach(ledger::arrived);
            run.forEach(outgoing -> answer(destination, outgoing.token(), Outcome.CONFIRMED, outcomes));
        });
    }
}
