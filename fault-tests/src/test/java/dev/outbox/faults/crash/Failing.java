package dev.outbox.faults.crash;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A transport that fails for messages that are to fail. */
record Failing(Transport transport, Ledger ledger) implements Transport {
    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        List<Outgoing> sent = new ArrayList<>();
        for (Outgoing outgoing : batch) {
            Kind kind = Kind.of(outgoing.message());
            if (kind == Kind.UNSENT && outgoing.attempt() == 1) {
                outcomes.onOutcome(outgoing.token(), new Outcome.Failed(new IllegalStateException("not now")));
            } else if (kind == Kind.REFUSED && !isMended(outgoing)) {
                outcomes.onOutcome(outgoing.token(), new Outcome.Rejected(new IllegalStateException("not that")));
            } else {
                sent.add(outgoing);
            }
        }
        if (!sent.isEmpty()) {
            transport.send(sent, outcomes);
        }
    }

    private boolean isMended(Outgoing outgoing) {
        try {
            return ledger.isMended(outgoing.message().id());
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public Duration sendTimeout() {
        return transport.sendTimeout();
    }

    @Override
    public void close() {
        transport.close();
    }
}
