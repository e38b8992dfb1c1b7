package dev.outbox.testservers;

import java.time.Duration;

/**
 * What tests demand of speeds and ratios. A machine that does other work too can miss any bar without a fault of the program. So the bars of docs/BENCHMARKS.md
 * are demanded only when the system property {@value #PROPERTY} is set, on a machine that does nothing else; otherwise a looser value, which noise does not reach
 * and a collapse does.
 */
public final class Bars {
    /** Demands the bars themselves, unless its value is {@code false}. */
    public static final String PROPERTY = "outbox.bars";

    private Bars() {}

    /** The least that is demanded of what is to be {@code bar} or more: {@code floor} unless bars are demanded. */
    public static double atLeast(double bar, double floor) {
        if (!(floor <= bar)) {
            throw new IllegalArgumentException("floor " + floor + " is above the bar " + bar);
        }
        return areDemanded() ? bar : floor;
    }

    /** The most that is demanded of what is to be {@code bar} or less: {@code ceiling} unless bars are demanded. */
    public static double atMost(double bar, double ceiling) {
        if (!(ceiling >= bar)) {
            throw new IllegalArgumentException("ceiling " + ceiling + " is below the bar " + bar);
        }
        return areDemanded() ? bar : ceiling;
    }

    /** The longest that is demanded of what is to take {@code bar} or less: {@code ceiling} unless bars are demanded. */
    public static Duration atMost(Duration bar, Duration ceiling) {
        if (ceiling.compareTo(bar) < 0) {
            throw new IllegalArgumentException("ceiling " + ceiling + " is below the bar " + bar);
        }
        return areDemanded() ? bar : ceiling;
    }

    private static boolean areDemanded() {
        return !System.getProperty(PROPERTY, "false").equals("false");
    }
}
