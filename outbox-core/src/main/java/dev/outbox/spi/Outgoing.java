package dev.outbox.spi;

import dev.outbox.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A message on its way to a transport.
 *
 * @param token names this sending towards {@link OutcomeListener}; every sending has another
 * @param message the message
 * @param createdAt when it was published, by the database's clock
 * @param attempt 1 for the first, one more after each attempt that was charged
 */
public record Outgoing(long token, Message message, Instant createdAt, int attempt) {
    /** The {@linkplain Transport#longestRun runs} in a batch: messages of one key that follow each other. Every other message is one alone. */
    public static List<List<Outgoing>> runs(List<Outgoing> batch) {
        List<List<Outgoing>> runs = new ArrayList<>();
        int begin = 0;
        for (int i = 1; i <= batch.size(); i++) {
            if (i == batch.size() || !isOfKeyOf(batch.get(i), batch.get(i - 1))) {
                runs.add(batch.subList(begin, i));
                begin = i;
            }
        }
        return runs;
    }

    private static boolean isOfKeyOf(Outgoing one, Outgoing other) {
        return one.message().key().isPresent()
                && one.message().key().equals(other.message().key())
                && one.message().destination().equals(other.message().destination());
    }
}
