package dev.outbox.faults.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** When what happens to whom, by the number of effects: drawn from a seed. */
final class Schedule {
    /** What happens. */
    enum Kind {
        KILL_RELAY,
        KILL_FIRST,
        KILL_SECOND,
        /** The second leaves in good order and comes back. */
        RENEW_SECOND,
        /** A third comes. */
        JOIN,
        /** The third leaves in good order. */
        LEAVE,
        KILL_BROKER
    }

    /**
     * One step.
     *
     * @param effects when there are so many
     * @param kind what happens
     */
    record Step(long effects, Kind kind) {}

    private static final double FIRST = 0.03;
    private static final double LAST = 0.94;
    /** Publishers are up to a tenth ahead of the effects. */
    private static final double LAST_OF_RELAY = 0.85;

    private final long total;
    private final SplittableRandom random;
    private final List<Step> steps = new ArrayList<>();

    private Schedule(long total, long seed) {
        this.total = total;
        this.random = new SplittableRandom(seed);
    }

    /**
     * Kills, orderly changes and crashes of the broker, spread over a run.
     *
     * @param total how many effects there will be
     * @param kills of the relay and of each of two consumers
     */
    static List<Step> of(long total, int kills, long seed) {
        Schedule schedule = new Schedule(total, seed);
        schedule.add(Kind.KILL_RELAY, kills, LAST_OF_RELAY);
        schedule.add(Kind.KILL_FIRST, kills, LAST);
        schedule.add(Kind.KILL_SECOND, kills, LAST);
        schedule.add(Kind.RENEW_SECOND, 1, LAST);
        schedule.add(Kind.KILL_BROKER, 2, LAST);
        schedule.addVisit(0.15, 0.3);
        schedule.addVisit(0.55, 0.75);
        schedule.steps.sort(Comparator.comparingLong(Step::effects));
        return List.copyOf(schedule.steps);
    }

    private void add(Kind kind, int count, double last) {
        for (int i = 0; i < count; i++) {
            // One in each equal part, so that they are spread although nobody knows when.
            double part = (last - FIRST) / count;
            at(FIRST + part * (i + random.nextDouble()), kind);
        }
    }

    private void addVisit(double from, double to) {
        at(from + random.nextDouble() / 20, Kind.JOIN);
        at(to + random.nextDouble() / 20, Kind.LEAVE);
    }

    private void at(double share, Kind kind) {
        steps.add(new Step((long) (share * total), kind));
    }
}
