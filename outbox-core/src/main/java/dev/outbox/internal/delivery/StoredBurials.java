package dev.outbox.internal.delivery;

import dev.outbox.spi.DeliveryStore;

/** Dead letters in the store, in one transaction with what it knows of the delivery. */
public record StoredBurials(DeliveryStore store) implements Burials {
    @Override
    public boolean bury(String instance, long number, GivenUp givenUp) {
        return store.bury(instance, number, givenUp.reason(), givenUp.attempts(), givenUp.error());
    }

    @Override
    public boolean buryNew(GivenUp givenUp) {
        return store.buryNew(givenUp.delivery(), givenUp.reason(), givenUp.attempts(), givenUp.error());
    }
}
