package dev.outbox.faults.nemesis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws faults from a seed, without an end: the kinds in turn, in an order that is drawn anew each time all were there, and of each kind any of its faults. Every third
 * time two at once, of different subjects.
 */
public final class Deck {
    private static final int MIXED_EVERY = 3;
    private static final int TRIES = 20;

    private final SplittableRandom random;
    private final List<List<Fault>> kinds;
    private final List<List<Fault>> left = new ArrayList<>();
    private int drawn;

    /** @param kinds the faults of each kind */
    public Deck(List<List<Fault>> kinds, long seed) {
        this.kinds = List.copyOf(kinds);
        this.random = new SplittableRandom(seed);
    }

    /**
     * What is to happen next.
     *
     * @param faults one or two
     * @param length how long they last
     */
    public record Step(List<Fault> faults, Duration length) {
        /** The names of the faults. */
        public String name() {
            return String.join(" + ", faults.stream().map(Fault::name).toList());
        }
    }

    /** The next step. */
    public Step next() {
        List<Fault> faults = new ArrayList<>(List.of(draw()));
        if (++drawn % MIXED_EVERY == 0) {
            addSecond(faults);
        }
        long least = millis(faults.get(0).shortest());
        long most = millis(faults.get(0).longest());
        return new Step(List.copyOf(faults), Duration.ofMillis(least + random.nextLong(most - least + 1)));
    }

    private static long millis(Duration duration) {
        return duration.toMillis();
    }

    private void addSecond(List<Fault> faults) {
        for (int i = 0; i < TRIES && faults.size() == 1; i++) {
            Fault second = any(kinds.get(random.nextInt(kinds.size())));
            if (second.subjects().stream().noneMatch(faults.get(0).subjects()::contains)) {
                faults.add(second);
            }
        }
    }

    private Fault draw() {
        if (left.isEmpty()) {
            left.addAll(kinds);
        }
        return any(left.remove(random.nextInt(left.size())));
    }

    private Fault any(List<Fault> kind) {
        return kind.get(random.nextInt(kind.size()));
    }
}
