package dev.outbox.kafka;

import dev.outbox.spi.Incoming;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the consumer says is finished.
 *
 * @param onDurable to be told when the broker knows; null if nobody is
 */
record Finished(List<Incoming> deliveries, @Nullable Runnable onDurable) {}
