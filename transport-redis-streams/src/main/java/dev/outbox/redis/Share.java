package dev.outbox.redis;

/** How many streams this process may own, and how many it owns. Thread-safe. */
final class Share {
    private final int streams;
    private int fair;
    private int owned;

    Share(int streams) {
        this.streams = streams;
    }

    /** So many processes want streams, this one included. Until this is said, nothing is taken. */
    synchronized void among(long members) {
        fair = (int) ((streams + members - 1) / Math.max(1, members));
    }

    /** Whether it has been said how many processes there are. */
    synchronized boolean isKnown() {
        return fair > 0;
    }

    /** Takes one more if that is fair. */
    synchronized boolean take() {
        if (owned < fair) {
            owned++;
            return true;
        }
        return false;
    }

    /** One that was taken is not owned, or not any more. */
    synchronized void giveBack() {
        owned--;
    }

    /** Gives one away if there are too many; whoever asked has to do it. */
    synchronized boolean giveAway() {
        if (owned > fair) {
            owned--;
            return true;
        }
        return false;
    }
}
