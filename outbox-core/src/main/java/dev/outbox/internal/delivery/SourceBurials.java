package dev.outbox.internal.delivery;

import dev.outbox.MessageLimits;
import dev.outbox.spi.DeadLetterSource;
import dev.outbox.spi.Incoming;
import java.time.InstantSource;

/** Dead letters at the broker that the messages come from: it sets them aside when they are acknowledged. Only what a source has delivered and still waits for can be given up so. */
public record SourceBurials(DeadLetterSource source, InstantSource clock) implements Burials {
    @Override
    public boolean bury(String instance, long number, GivenUp givenUp) {
        throw new IllegalStateException("row " + number + " is not the source's any more");
    }

    @Override
    public boolean buryNew(GivenUp givenUp) {
        Incoming incoming =
                givenUp.incoming().orElseThrow(() -> new IllegalStateException("no source has delivered " + givenUp));
        DeadLetterMessages messages = new DeadLetterMessages(incoming.message().destination(), clock);
        source.setAside(incoming, messages.of(givenUp, MessageLimits.defaults()));
        return true;
    }
}
