package dev.outbox.examples.orderpipeline;

import dev.outbox.spi.Source;
import dev.outbox.spi.Transport;
import java.util.List;
import java.util.Map;

/** What services that are processes reach each other through: one way to a broker. */
interface Link {
    /**
     * Creates the destinations where they are missing, and what keeps their messages for each consumer.
     *
     * @param listeners the destinations of each consumer, by its name
     */
    void declare(Map<String, List<String>> listeners) throws InterruptedException;

    /** What a relay publishes through. */
    Transport transport();

    /** What the consumer of this name reads, from the beginning. */
    Source source(String consumer, List<String> destinations);
}
