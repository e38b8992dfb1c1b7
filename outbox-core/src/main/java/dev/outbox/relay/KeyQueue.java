package dev.outbox.relay;

import dev.outbox.spi.KeyRef;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one key in memory, in order: at most one of them is in flight. A message without a key has a queue of its own.
 *
 * <p>A row of the key that is being moved to {@code outbox_parked} closes the queue to later rows: whatever a read brings that began before the move was
 * committed has to be moved behind it (R2, R8).
 */
final class KeyQueue {
    final @Nullable KeyRef key;
    final Lane lane;
    final ArrayDeque<Held> waiting = new ArrayDeque<>(2);

    /** The one message that was sent and has no outcome. */
    @Nullable
    Held current;
    /** Whether it stands in one of the dispatcher's queues. */
    boolean listed;
    /** Rows that are being moved behind, not committed. */
    int moves;
    /** Rows that become dead letters, not committed: until then they stand before what follows. */
    int burials;
    /** Reads up to this number began before the last move was committed. */
    long movedByRead = -1;
    /** Rows in memory, whatever their state. */
    int held;

    KeyQueue(@Nullable KeyRef key, Lane lane) {
        this.key = key;
        this.lane = lane;
    }

    /** Whether the next message may go. */
    boolean isReady() {
        return current == null && burials == 0 && !waiting.isEmpty();
    }

    /** Whether a row that read number {@code read} found free has to be parked behind others all the same. */
    boolean isMovingAt(long read) {
        return moves > 0 || read <= movedByRead;
    }
}
