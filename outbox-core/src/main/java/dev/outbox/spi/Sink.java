package dev.outbox.spi;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The consumer, as its {@link Source} sees it. No method blocks; all may be called by any thread, deliveries of one group by one at a time. */
public interface Sink {
    /** The consumer's name, the same in all processes that share the work. */
    String consumer();

    /** Takes over deliveries, those of one group in its order. */
    void deliver(List<Incoming> batch);

    /**
     * These groups are about to be taken away: what has not begun is dropped, what runs comes to its end. When the result is complete, everything of
     * these groups that has come to its end was acknowledged, and nothing of them is under way. The source waits for it as long as its broker permits, and then calls
     * {@link #lost}.
     */
    CompletionStage<Void> revoke(Collection<String> groups);

    /** These groups have been taken away: nothing of them is acknowledged any more, whatever comes of it. */
    void lost(Collection<String> groups);
}
