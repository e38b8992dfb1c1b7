package dev.outbox.relay;

import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.util.List;

/** Where messages go whose destination has no route: nowhere, with an error that says so. They are retried, because another relay may know the way. */
final class NoRoute implements Transport {
    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        for (Outgoing outgoing : batch) {
            outcomes.onOutcome(
                    outgoing.token(),
                    new Outcome.Failed(new IllegalStateException("no route for destination "
                            + outgoing.message().destination()
                            + "; add route(destination, transport) or to(transport) to the relay")));
        }
    }

    @Override
    public void close() {}
}
