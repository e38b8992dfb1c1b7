package dev.outbox.benchmarks;

import java.io.IOException;
import java.util.List;

/** Where a {@link MinimumLoop} sends its rows: as fast as one can write it by hand, with no order of keys and no care for failures. For one thread. */
interface MinimumSink extends AutoCloseable {
    /** How long it is waited for confirmation of a batch. */
    int PATIENCE_SECONDS = 60;

    /** Rows on their way. */
    @FunctionalInterface
    interface Sent {
        /** Waits until all of them have been confirmed, for {@link #PATIENCE_SECONDS} at most. */
        void await() throws InterruptedException;
    }

    /** Begins to send these. */
    Sent send(List<MinimumTable.Row> batch) throws IOException;

    @Override
    void close();
}
