package dev.outbox.relay;

import java.util.BitSet;

/**
 * Which of the slots with a backlog are read next: few at a time and far into each, in turn. To begin with a slot costs a store something, and far into one its keys come
 * again, so that a store looks up most of them only once.
 *
 * <p>A round reads each of them once; only when it ends can be said that nothing is left that could be read at once.
 */
final class Rotation {
    /** The least that is read of a slot at a time. Less would look up more keys; more would leave fewer different keys in memory, to be sent side by side. */
    private static final int WINDOW = 150;

    private final BitSet read = new BitSet();
    private BitSet chosen = new BitSet();
    private boolean more;

    /**
     * The slots to be read now; the same again until {@link #after} was called.
     *
     * @param hungry all that have a backlog
     * @param room how many rows may be read
     */
    BitSet next(BitSet hungry, int room) {
        BitSet unread = minus(hungry, read);
        if (unread.isEmpty()) {
            read.clear();
            more = false;
            unread = hungry;
        }
        chosen = unread.stream().limit(Math.max(1, room / WINDOW)).collect(BitSet::new, BitSet::set, BitSet::or);
        return chosen;
    }

    /** What was chosen was read and left more, or not. Returns whether to read on at once. */
    boolean after(boolean leftMore, BitSet hungry) {
        read.or(chosen);
        more |= leftMore;
        return more || !minus(hungry, read).isEmpty();
    }

    private static BitSet minus(BitSet all, BitSet some) {
        BitSet rest = (BitSet) all.clone();
        rest.andNot(some);
        return rest;
    }
}
