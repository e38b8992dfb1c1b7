package dev.outbox.relay;

import dev.outbox.spi.KeyRef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one key in memory, in order: at most one of them is in flight, or one run of them where the transport takes runs. A message without a key has a
 * queue of its own.
 *
 * <p>A row of the key that is being moved to {@code outbox_parked} closes the queue to later rows: whatever a read brings that began before the move was
 * committed has to be moved behind it (R2, R8).
 */
final class KeyQueue {
    final @Nullable KeyRef key;
    final Lane lane;
    final ArrayDeque<Held> waiting = new ArrayDeque<>(2);

    /** How many were sent and have no outcome: one message, or what is left of one run. */
    int underWay;
    /** What came back of a run while others of it had no outcome yet, or null. */
    private @Nullable List<Held> cameBack;
    /** How many are to be sent alone, because a run was refused and it is not known for which of them. */
    int oneByOne;
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

    /** Puts a message back to the front: it came back without having arrived, or perhaps. What was sent with it as one comes back together with it, in order. */
    void comeBack(Held held) {
        if (!held.wasInRun()) {
            waiting.addFirst(held);
            return;
        }
        if (cameBack == null) {
            cameBack = new ArrayList<>();
        }
        cameBack.add(held);
    }

    /** All of a run have an outcome: those that came back wait before all others again. */
    void endRun() {
        if (cameBack != null) {
            cameBack.sort(Comparator.comparingInt(held -> -held.among));
            cameBack.forEach(waiting::addFirst);
            cameBack = null;
        }
    }

    /** Its rows are of no concern any more. */
    void drop() {
        waiting.clear();
        cameBack = null;
        underWay = 0;
        oneByOne = 0;
        moves = 0;
        burials = 0;
    }

    /** Whether the next message may go. */
    boolean isReady() {
        return underWay == 0 && burials == 0 && !waiting.isEmpty();
    }

    /** Whether a row that read number {@code read} found free has to be parked behind others all the same. */
    boolean isMovingAt(long read) {
        return moves > 0 || read <= movedByRead;
    }
}
