package dev.outbox.tool;

import dev.outbox.spi.DeadLetterQuery;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which dead letters: all conditions must hold. */
final class DeadLetterFilter {
    @Option(names = "--destination", paramLabel = "NAME", description = "Of messages to this destination.")
    private @Nullable String destination;

    @Option(names = "--key", paramLabel = "KEY", description = "Of messages with this key.")
    private @Nullable String key;

    @Option(names = "--type", paramLabel = "TYPE", description = "Of messages of this type.")
    private @Nullable String type;

    @Option(names = "--message-id", paramLabel = "ID", description = "Of this message.")
    private @Nullable String messageId;

    @Option(names = "--consumer", paramLabel = "NAME", description = "Given up by this consumer.")
    private @Nullable String consumer;

    @Option(names = "--relay", description = "Given up by the relay.")
    private boolean relay;

    @Option(names = "--older-than", paramLabel = "TIME", description = "Given up longer ago: 90s, 15m, 12h or 7d.")
    private @Nullable Duration olderThan;

    @Option(names = "--above", paramLabel = "NUMBER", description = "With a higher number.")
    private long above;

    boolean isEmpty() {
        return destination == null
                && key == null
                && type == null
                && messageId == null
                && consumer == null
                && !relay
                && olderThan == null
                && above == 0;
    }

    /** @throws UsageException if the conditions make no sense */
    DeadLetterQuery query() {
        if (above < 0) {
            throw new UsageException("--above " + above + " must not be negative");
        }
        if (relay && consumer != null) {
            throw new UsageException("--relay and --consumer exclude each other");
        }
        DeadLetterQuery query = DeadLetterQuery.all().above(above);
        query = destination == null ? query : query.destination(destination);
        query = key == null ? query : query.key(key);
        query = type == null ? query : query.type(type);
        query = messageId == null ? query : query.messageId(messageId);
        query = consumer == null ? query : query.consumer(consumer);
        query = relay ? query.ofRelay() : query;
        return olderThan == null ? query : query.olderThan(olderThan);
    }
}
