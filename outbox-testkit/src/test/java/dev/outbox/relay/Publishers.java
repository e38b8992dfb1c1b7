package dev.outbox.relay;

import dev.outbox.Message;
import dev.outbox.relay.Tracked.Nature;
import dev.outbox.testkit.InMemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The application of a run: transactions that publish, stay open for a while, and commit or roll back. */
final class Publishers {
    private static final double WITHOUT_KEY = 0.15;
    private static final double ROLLBACK = 0.08;
    /** The most bytes of a payload. */
    static final int LONGEST = 50;

    private final Simulation simulation;
    private final Scenario scenario;
    private final Timeline timeline;
    private final Ledger ledger;
    private final List<Session> open = new ArrayList<>();
    private int made;
    private int crashersLeft = 2;
    private long highestVisible;
    private int lateRows;

    /** One transaction. */
    private final class Session {
        final InMemoryStore.Transaction transaction = simulation.database.begin();
        final List<Tracked> published = new ArrayList<>();

        void publish(Tracked tracked) {
            if (open.contains(this)) {
                ledger.inserted(tracked);
                published.add(tracked);
                transaction.publish(tracked.message);
            }
        }

        void end() {
            if (!open.remove(this)) {
                return;
            }
            if (scenario.random.nextDouble() < ROLLBACK) {
                transaction.rollback();
                published.forEach(ledger::rolledBack);
                return;
            }
            published.forEach(ledger::committed);
            transaction.rows().forEach(row -> {
                lateRows += row.row().position() < highestVisible ? 1 : 0;
                highestVisible = Math.max(highestVisible, row.row().position());
            });
            transaction.commit();
        }
    }

    Publishers(Simulation simulation) {
        this.simulation = simulation;
        this.scenario = simulation.scenario;
        this.timeline = simulation.timeline;
        this.ledger = simulation.ledger;
    }

    /** Plans all transactions of the run. */
    void plan() {
        int left = scenario.messages;
        while (left > 0) {
            int count = Math.min(left, 1 + scenario.random.nextInt(4));
            left -= count;
            timeline.at((long) (scenario.activeNanos * scenario.random.nextDouble()), () -> begin(count, null));
        }
        if (scenario.has(Fault.HOT_KEY)) {
            planHotKey();
        }
    }

    private void planHotKey() {
        String destination = "d" + scenario.random.nextInt(scenario.destinations);
        long from = (long) (scenario.activeNanos * scenario.random.nextDouble() * 0.5);
        int transactions = 10 + scenario.random.nextInt(15);
        simulation.broker.slow(destination, 1 + 4 * scenario.strength(Fault.HOT_KEY));
        for (int i = 0; i < transactions; i++) {
            timeline.at(from + scenario.between(0, 300), () -> begin(6, destination));
            scenario.count(Fault.HOT_KEY);
        }
    }

    private void begin(int count, String hotDestination) {
        Session session = new Session();
        open.add(session);
        long hold = scenario.happens(Fault.SLOW_COMMIT, 0.5) ? scenario.between(5, 1_200) : scenario.between(0.1, 3);
        for (int i = 0; i < count; i++) {
            boolean later = scenario.random.nextInt(4) == 0;
            long delay = later ? (long) (hold * scenario.random.nextDouble()) : 0;
            timeline.in(delay, () -> session.publish(message(hotDestination)));
        }
        timeline.in(hold, session::end);
    }

    private Tracked message(String hotDestination) {
        String destination =
                hotDestination != null ? hotDestination : "d" + scenario.random.nextInt(scenario.destinations);
        String id = "m" + made++;
        Message.Builder message = Message.to(destination).id(id).header("number", id);
        if (hotDestination != null) {
            message.key("hot");
        } else if (scenario.random.nextDouble() >= WITHOUT_KEY) {
            message.key("k" + scenario.random.nextInt(scenario.keys));
        }
        if (hotDestination == null && scenario.happens(Fault.SCHEDULED, 0.3)) {
            message.notBefore(simulation.wallClock.instant().plusNanos(scenario.between(-50, 1_500)));
        }
        Tracked tracked = tracked(message.text(id + "x".repeat(scenario.random.nextInt(40))));
        tracked.message.notBefore().ifPresent(time -> {
            tracked.isDue = !time.isAfter(simulation.wallClock.instant());
            long delay = Duration.between(simulation.wallClock.instant(), time).toNanos();
            timeline.in(Math.max(0, delay), () -> tracked.isDue = true);
        });
        return tracked;
    }

    private Tracked tracked(Message message) {
        if (scenario.has(Fault.CRASHER) && crashersLeft > 0 && scenario.random.nextInt(40) == 0) {
            crashersLeft--;
            return new Tracked(message, Nature.CRASHING, manyTimes());
        }
        if (scenario.has(Fault.POISON) && scenario.random.nextDouble() < 0.15 * scenario.strength(Fault.POISON)) {
            return new Tracked(message, scenario.random.nextBoolean() ? Nature.REJECTED : Nature.FAILING, manyTimes());
        }
        return new Tracked(message, Nature.HARMLESS, 0);
    }

    private int manyTimes() {
        return scenario.random.nextBoolean() ? Integer.MAX_VALUE : 1 + scenario.random.nextInt(8);
    }

    /** The database lost its connections: what was open is rolled back. */
    void cutOff() {
        open.forEach(session -> session.published.forEach(ledger::rolledBack));
        open.clear();
        highestVisible = 0;
    }

    /** How many rows became visible after rows with higher positions. */
    int lateRows() {
        return lateRows;
    }

    boolean isDone() {
        return open.isEmpty();
    }
}
