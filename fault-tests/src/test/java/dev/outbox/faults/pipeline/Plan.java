package dev.outbox.faults.pipeline;

import java.time.Duration;
import java.util.Locale;

/**
 * What a run is to be.
 *
 * @param database where outbox, inbox and effects are
 * @param broker what the messages go through
 * @param length for how long faults begin
 * @param seed decides which
 * @param mistake what the processes do wrong
 * @param only the names of the faults that may happen, as a regular expression
 */
record Plan(DatabaseKind database, Broker broker, Duration length, long seed, Mistake mistake, String only) {
    static Plan of(DatabaseKind database, Broker broker, Duration length, long seed) {
        return new Plan(database, broker, length, seed, Mistake.NONE, ".*");
    }

    Plan mistake(Mistake made) {
        return new Plan(database, broker, length, seed, made, made.faults());
    }

    Plan only(String faults) {
        return new Plan(database, broker, length, seed, mistake, faults);
    }

    /** Names its files. */
    String label() {
        String label = database + "-" + broker.name().toLowerCase(Locale.ROOT) + "-" + seed;
        return mistake == Mistake.NONE ? label : label + "-" + mistake.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return "%s and %s, %d s, seed %d%s%s"
                .formatted(
                        database,
                        broker.name().toLowerCase(Locale.ROOT),
                        length.toSeconds(),
                        seed,
                        mistake == Mistake.NONE ? "" : ", mistake " + mistake,
                        only.equals(".*") ? "" : ", only " + only);
    }
}
