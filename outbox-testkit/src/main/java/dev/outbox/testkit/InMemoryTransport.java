package dev.outbox.testkit;

import dev.outbox.Message;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Destinations in memory. Every message is appended to the list of its destination and confirmed during the call, unless a script has another {@link Answer}
 * for it.
 *
 * <pre>{@code
 * transport.next(message -> message.key().equals(Optional.of("k")), Answer.fail("once"), Answer.loseConfirmation());
 * }</pre>
 *
 * <p>Takes {@linkplain Transport#longestRun runs} if it is {@linkplain #takeRuns told to}; then the first of a run that has another answer than {@link Answer#confirm}
 * decides for all of it.
 *
 * <p>Passes the transport's contract suite. Thread-safe; outcomes are reported on the thread that sends, releases or closes, with no lock held.
 */
public final class InMemoryTransport implements Transport {
    /** Decides how each sending is treated. */
    @FunctionalInterface
    public interface Script {
        /** The answer to {@code sending}. Called in the order of sending. */
        Answer answer(Outgoing sending);
    }

    private record Planned(Predicate<Message> which, Deque<Answer> answers) {}

    /** A sending whose arrival, outcome or both are still to come. */
    private record Held(Outgoing sending, Answer answer, OutcomeListener outcomes) {}

    private final Map<String, List<Message>> destinations = new HashMap<>();
    private final List<Outgoing> sent = new ArrayList<>();
    private final List<Planned> planned = new ArrayList<>();
    private final List<Consumer<Message>> arrivals = new ArrayList<>();
    private List<Held> held = new ArrayList<>();
    private Script script = sending -> Answer.confirm();
    private boolean closed;
    private int longestRun = 1;

    /** From now on {@code script} decides; until then every sending is confirmed. */
    public synchronized void script(Script script) {
        this.script = Objects.requireNonNull(script, "script");
    }

    /**
     * The next sendings of messages that {@code which} accepts get {@code answers}, one each; after them, earlier plans and the script decide again.
     */
    public synchronized void next(Predicate<Message> which, Answer... answers) {
        planned.add(0, new Planned(which, new ArrayDeque<>(List.of(answers))));
    }

    /**
     * Takes up to {@code longest} messages of one key as one. To be called before a relay uses it.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public synchronized InMemoryTransport takeRuns(int longest) {
        if (longest < 1) {
            throw new IllegalArgumentException("the longest run " + longest + " must be positive");
        }
        this.longestRun = longest;
        return this;
    }

    @Override
    public synchronized int longestRun() {
        return longestRun;
    }

    /** Calls {@code listener} at each arrival, in the order of arrival; it must return at once and not call back. */
    public synchronized void onArrival(Consumer<Message> listener) {
        arrivals.add(listener);
    }

    /** What has arrived at {@code destination}, in the order of arrival. */
    public synchronized List<Message> arrived(String destination) {
        return List.copyOf(destinations.getOrDefault(destination, List.of()));
    }

    /** All sendings, in their order. */
    public synchronized List<Outgoing> sent() {
        return List.copyOf(sent);
    }

    /** How many sendings still have something to come at {@link #release}, or have been left without an outcome. */
    public synchronized int held() {
        return held.size();
    }

    /** Lets arrive and reports what was held back, in the order of sending. */
    public void release() {
        List<Runnable> reports = new ArrayList<>();
        synchronized (this) {
            List<Held> released = held;
            held = new ArrayList<>();
            released.forEach(each -> release(each, reports));
        }
        reports.forEach(Runnable::run);
    }

    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        List<Runnable> reports = new ArrayList<>();
        try {
            synchronized (this) {
                if (longestRun > 1) {
                    Outgoing.runs(batch).forEach(run -> take(run, outcomes, reports));
                } else {
                    batch.forEach(sending -> take(List.of(sending), outcomes, reports));
                }
            }
        } finally {
            reports.forEach(Runnable::run);
        }
    }

    @Override
    public void close() {
        List<Runnable> reports = new ArrayList<>();
        synchronized (this) {
            closed = true;
            Outcome unknown = new Outcome.Unknown(new IllegalStateException("the transport was closed"));
            held.stream()
                    .filter(each -> each.answer().report != Answer.Moment.NOW)
                    .forEach(each -> reports.add(
                            () -> each.outcomes().onOutcome(each.sending().token(), unknown)));
            held = new ArrayList<>();
        }
        reports.forEach(Runnable::run);
    }

    private void take(List<Outgoing> run, OutcomeListener outcomes, List<Runnable> reports) {
        sent.addAll(run);
        if (closed) {
            Outcome outcome = new Outcome.Unavailable(new IllegalStateException("the transport is closed"));
            run.forEach(sending -> reports.add(() -> outcomes.onOutcome(sending.token(), outcome)));
            return;
        }
        Answer decisive = Answer.confirm();
        for (Outgoing sending : run) {
            Answer answer = answer(sending);
            decisive = decisive.isConfirm() ? answer : decisive;
        }
        if (decisive.thrown != null) {
            throw decisive.thrown;
        }
        for (Outgoing sending : run) {
            take(sending, decisive, outcomes, reports);
        }
    }

    private void take(Outgoing sending, Answer answer, OutcomeListener outcomes, List<Runnable> reports) {
        if (answer.arrival == Answer.Moment.NOW) {
            arrive(sending.message());
        }
        if (answer.report == Answer.Moment.NOW) {
            reports.add(() -> outcomes.onOutcome(sending.token(), answer.outcome));
        }
        if (answer.arrival == Answer.Moment.LATER || answer.report != Answer.Moment.NOW) {
            held.add(new Held(sending, answer, outcomes));
        }
    }

    private void release(Held each, List<Runnable> reports) {
        if (each.answer().arrival == Answer.Moment.LATER) {
            arrive(each.sending().message());
        }
        if (each.answer().report == Answer.Moment.LATER) {
            reports.add(() -> each.outcomes().onOutcome(each.sending().token(), each.answer().outcome));
        } else if (each.answer().report == Answer.Moment.NEVER) {
            held.add(each);
        }
    }

    private void arrive(Message message) {
        destinations
                .computeIfAbsent(message.destination(), name -> new ArrayList<>())
                .add(message);
        arrivals.forEach(listener -> listener.accept(message));
    }

    private Answer answer(Outgoing sending) {
        for (Planned plan : planned) {
            if (!plan.answers().isEmpty() && plan.which().test(sending.message())) {
                return plan.answers().removeFirst();
            }
        }
        return script.answer(sending);
    }
}
