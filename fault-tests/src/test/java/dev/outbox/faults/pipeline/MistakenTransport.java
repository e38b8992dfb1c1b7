package dev.outbox.faults.pipeline;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A transport that breaks one promise. */
final class MistakenTransport implements Transport {
    private static final long LATER_MILLIS = 400;
    private static final OutcomeListener NOBODY = (token, outcome) -> {};

    private final Transport transport;
    private final Mistake mistake;
    private final ScheduledExecutorService later = Executors.newScheduledThreadPool(4);
    private final Random random = new Random(1);

    private MistakenTransport(Transport transport, Mistake mistake) {
        this.transport = transport;
        this.mistake = mistake;
    }

    /** The transport as it is, unless the mistake is one of a transport. */
    static Transport of(Transport transport, Mistake mistake) {
        return switch (mistake) {
            case SETTLED_FIRST, SENT_IN_PARALLEL, DEAD_AT_FIRST_FAILURE, CHARGED_IN_OUTAGE, OUTCOME_FORGOTTEN ->
                new MistakenTransport(transport, mistake);
            default -> transport;
        };
    }

    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        if (mistake == Mistake.SETTLED_FIRST || mistake == Mistake.SENT_IN_PARALLEL) {
            batch.forEach(outgoing -> {
                outcomes.onOutcome(outgoing.token(), Outcome.CONFIRMED);
                later.schedule(() -> transport.send(List.of(outgoing), NOBODY), delayMillis(), TimeUnit.MILLISECONDS);
            });
        } else {
            transport.send(batch, (token, outcome) -> report(token, outcome, outcomes));
        }
    }

    private long delayMillis() {
        return mistake == Mistake.SENT_IN_PARALLEL ? random.nextInt((int) LATER_MILLIS) : LATER_MILLIS;
    }

    private void report(long token, Outcome outcome, OutcomeListener outcomes) {
        if (outcome instanceof Outcome.Confirmed) {
            outcomes.onOutcome(token, outcome);
        } else if (mistake == Mistake.DEAD_AT_FIRST_FAILURE) {
            outcomes.onOutcome(token, new Outcome.Rejected(new IllegalStateException("taken for a refusal")));
        } else if (mistake == Mistake.CHARGED_IN_OUTAGE) {
            outcomes.onOutcome(token, new Outcome.Failed(new IllegalStateException("taken for a failure")));
        }
    }

    @Override
    public Duration sendTimeout() {
        return mistake == Mistake.OUTCOME_FORGOTTEN ? Duration.ofHours(1) : transport.sendTimeout();
    }

    @Override
    public void close() {
        later.shutdownNow();
        transport.close();
    }
}
