package dev.outbox.faults.pipeline;

import dev.outbox.spi.Source;
import dev.outbox.spi.Transport;
import java.util.Optional;

/** One process's way to a broker. */
interface BrokerClient {
    /** What a relay publishes through. */
    Transport transport();

    /**
     * What a consumer reads: {@code destination} as a member of {@code group}, from the beginning.
     *
     * @param member a name that the group keeps its share for, where there is such a thing
     */
    Source source(String destination, String group, Optional<String> member);
}
