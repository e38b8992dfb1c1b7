package dev.outbox.faults.pipeline;

import static org.awaitility.Awaitility.await;

import dev.outbox.faults.nemesis.Deck;
import dev.outbox.faults.nemesis.Fault;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.awaitility.core.ConditionTimeoutException;

/** A run: faults begin and end while messages flow, and when none is left the books are checked. For one thread. */
final class FaultRun {
    /** Within so long after a step all has to be handled that was published before its end. */
    static final Duration RECOVERY_BOUND = Duration.ofSeconds(60);

    private static final Duration CALM = Duration.ofMillis(800);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int SHOWN_LINES = 15;

    private final Plan plan;
    private final Duration bound;
    private final Timeline timeline = new Timeline();
    private final Recoveries recoveries = new Recoveries();
    private final Map<Violation, String> violations = new EnumMap<>(Violation.class);
    private final Map<String, Integer> made = new TreeMap<>();
    private long handled;

    private FaultRun(Plan plan, Duration bound) {
        this.plan = plan;
        this.bound = bound;
    }

    static Verdict of(Plan plan) {
        return new FaultRun(plan, RECOVERY_BOUND).run();
    }

    /** One with another bound for recovery. */
    static Verdict of(Plan plan, Duration bound) {
        return new FaultRun(plan, bound).run();
    }

    private Verdict run() {
        timeline.add("begin: %s", plan);
        try (Stage stage = new Stage(plan)) {
            timeline.add("all processes run");
            within(bound, "the first message", () -> stage.books.lastPublished() > 0);
            recover(stage, "the start");
            Deck deck = new Deck(stage.kinds(), plan.seed());
            double begun = timeline.seconds();
            while (timeline.seconds() - begun < plan.length().toSeconds()) {
                take(stage, deck.next());
            }
            settle(stage);
            check(stage);
            return new Verdict(plan, violations, figures(stage), timeline.lines());
        }
    }

    private void take(Stage stage, Deck.Step step) {
        timeline.add("%s, for %.1f s", step.name(), step.length().toMillis() / 1e3);
        step.faults().forEach(Fault::begin);
        pause(step.length());
        step.faults().forEach(Fault::end);
        step.faults().forEach(fault -> made.merge(fault.name(), 1, Integer::sum));
        recover(stage, step.name());
        pause(CALM);
    }

    /** Waits until all is handled that is published by now. */
    private void recover(Stage stage, String step) {
        double ended = timeline.seconds();
        long[] last = {Long.MAX_VALUE};
        boolean recovered = within(bound, "recovered from " + step, () -> {
            if (last[0] == Long.MAX_VALUE) {
                last[0] = stage.books.lastPublished();
            }
            return stage.books.areHandled(handled, last[0]);
        });
        double seconds = timeline.seconds() - ended;
        recoveries.add(step, seconds);
        if (recovered) {
            handled = last[0];
            timeline.add("recovered in %.1f s; %d published", seconds, handled);
        } else {
            violations.merge(Violation.LATE, step, (before, more) -> before + "; " + more);
            timeline.add("NOT recovered in %.1f s; %s; the machine's load is %.0f", seconds, state(stage), load());
        }
    }

    private void settle(Stage stage) {
        stage.endPublishing();
        boolean settled = within(
                bound,
                "all is handled",
                () -> stage.books.areHandled(0, Long.MAX_VALUE)
                        && stage.books.leftOver().stream().allMatch(table -> table.contains("dead_letter"))
                        && stage.broker.unfinished(Messages.DESTINATION, Pipeline.CONSUMER) == 0);
        timeline.add(settled ? "settled" : "NOT settled; %s", state(stage));
        if (!settled) {
            violations.put(Violation.STUCK, state(stage));
            stage.workers().forEach(worker -> timeline.add("%s: %s", worker.name(), last(worker.lines())));
        }
    }

    private static List<String> last(List<String> lines) {
        return lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size());
    }

    private static String state(Stage stage) {
        try {
            return stage.books.unhandled(0, Long.MAX_VALUE) + " unhandled, " + stage.books.leftOver()
                    + ", at the broker " + stage.broker.unfinished(Messages.DESTINATION, Pipeline.CONSUMER)
                    + ", not running "
                    + stage.workers().stream()
                            .filter(worker -> !worker.isRunning())
                            .map(Worker::name)
                            .toList();
        } catch (RuntimeException unreachable) {
            return unreachable.toString();
        }
    }

    private void check(Stage stage) {
        violations.putAll(stage.books.violations(Pipeline.CONSUMER));
        put(Violation.DEAD_WITHOUT_CAUSE, stage.books.deadWithoutCause());
        put(Violation.CHARGED, lines(stage, "relay", "charged"));
    }

    private void put(Violation violation, List<String> found) {
        if (!found.isEmpty()) {
            violations.put(violation, Books.shown(found));
        }
    }

    private static List<String> lines(Stage stage, String workers, String beginning) {
        return stage.workers().stream()
                .filter(worker -> worker.name().startsWith(workers))
                .flatMap(worker -> worker.lines().stream())
                .filter(line -> line.startsWith(beginning))
                .toList();
    }

    private List<String> figures(Stage stage) {
        List<String> figures = new ArrayList<>();
        Books books = stage.books;
        long published = books.count("published");
        long appended = stage.broker.appended(Messages.DESTINATION);
        figures.add("published " + published + ", of them by the consumers "
                + books.number("SELECT count(*) FROM published WHERE message_key LIKE 'echo-%'") + "; effects "
                + books.effects(Pipeline.CONSUMER) + "; refused by the handler, and dead letters "
                + books.count("outbox_dead_letter")
                + (appended < 0 ? "" : "; duplicates at the broker " + (appended - published)));
        figures.add("attempts of consumers that failed: "
                + lines(stage, "consumer", "failed").stream()
                        .filter(line -> !line.contains(UnsupportedOperationException.class.getSimpleName()))
                        .count());
        figures.add("recovery: " + recoveries);
        figures.add(String.format(
                Locale.ROOT,
                "faults: %d in %.0f s: %s",
                made.values().stream().mapToInt(Integer::intValue).sum(),
                timeline.seconds(),
                made));
        figures.add(String.format(
                Locale.ROOT,
                "the machine: %d processors, load %.0f at the end",
                Runtime.getRuntime().availableProcessors(),
                load()));
        return figures;
    }

    /** How many threads want a processor. */
    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static void pause(Duration length) {
        await("the end of a pause")
                .pollDelay(length)
                .atMost(length.plus(RECOVERY_BOUND))
                .until(() -> true);
    }

    private static boolean within(Duration bound, String what, Callable<Boolean> holds) {
        try {
            await(what).atMost(bound).pollInterval(POLL).ignoreExceptions().until(holds);
            return true;
        } catch (ConditionTimeoutException late) {
            return false;
        }
    }
}
