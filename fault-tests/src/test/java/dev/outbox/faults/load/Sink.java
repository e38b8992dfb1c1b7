package dev.outbox.faults.load;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.util.List;
import java.util.function.Function;

/** Destinations in memory that answer as they are told, at once, and keep account of what was sent and what arrived. Thread-safe. */
final class Sink implements Transport {
    private final Function<Outgoing, Outcome> answers;
    private final Arrivals arrivals = new Arrivals();
    private final Instants sendings = new Instants();

    /** @param answers what becomes of each sending */
    Sink(Function<Outgoing, Outcome> answers) {
        this.answers = answers;
    }

    static Sink confirming() {
        return new Sink(sending -> Outcome.CONFIRMED);
    }

    Arrivals arrivals() {
        return arrivals;
    }

    /** When each sending was, whatever became of it. */
    Instants sendings() {
        return sendings;
    }

    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        for (Outgoing sending : batch) {
            sendings.addNow();
            Outcome outcome = answers.apply(sending);
            if (outcome instanceof Outcome.Confirmed) {
                arrivals.add(sending.message());
            }
            outcomes.onOutcome(sending.token(), outcome);
        }
    }

    @Override
    public void close() {}
}
