package dev.outbox.internal.delivery;

/**
 * Where an engine puts what it gives up. The methods block, may be called by many threads, and return only when the dead letter is stored, so that the source may be
 * told afterwards. After an exception each is called again with the same arguments.
 */
public interface Burials {
    /**
     * A row that {@code instance} has claimed, which goes away with it.
     *
     * @return whether it became a dead letter
     */
    boolean bury(String instance, long number, GivenUp givenUp);

    /**
     * One that was never parked.
     *
     * @return whether it is a dead letter now
     */
    boolean buryNew(GivenUp givenUp);
}
