package dev.outbox.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * Up to which position no row can become visible any more (R6). Thread-safe.
 *
 * <p>A row's transaction has its id before the row has its position. So if a <em>candidate</em> reads the last position given out, P, and then takes a transaction
 * id for itself, X, every writer of a position up to P has an id below X. When the oldest transaction that is still under way (a snapshot's xmin) is above X,
 * all of those writers have ended: P is <em>safe</em>. The xmax of a snapshot would not do instead of X: it is one past the last id that has
 * <em>completed</em>, and a writer of a position up to P may have a higher one.
 *
 * <p>Only a fetch whose snapshot is taken after that observation may use it. A fetch therefore observes xmin in the statement before its own, and takes along what
 * was known when it began; what another thread finds out meanwhile is not for it.
 *
 * <p>A candidate costs a transaction id and a commit record, so there is one a second, or one for {@value #CANDIDATE_ROWS} rows where that is sooner, and none while
 * nothing comes in. Each fetch walks again what came in since the last one.
 */
final class Horizon {
    static final long CANDIDATE_NANOS = 1_000_000_000;
    static final int CANDIDATE_ROWS = 5_000;

    private Known known = new Known("", 0, null);
    private @Nullable Long lastCandidateNanos;
    private long rowsSince;

    /**
     * A position that is safe as soon as all transactions up to an id have ended.
     *
     * @param incarnation names the server and its tables
     * @param position the last that was given out
     * @param transaction taken after the position was read
     */
    record Candidate(String incarnation, long position, long transaction) {}

    /** What is known when a fetch begins: positions of {@code incarnation} that are safe, and which candidate is outstanding. */
    record Known(String incarnation, long safe, @Nullable Candidate candidate) {}

    /** To be called before a fetch observes anything. */
    synchronized Known begin() {
        return known;
    }

    /**
     * The horizon for the fetch that began with {@code before}.
     *
     * @param incarnation of the server that the fetch asked
     * @param xmin of a snapshot taken after {@link #begin} and not after the fetch's own
     */
    synchronized long observe(Known before, String incarnation, long xmin) {
        Candidate candidate = before.candidate();
        if (candidate != null && candidate.incarnation().equals(incarnation) && xmin > candidate.transaction()) {
            replace(before, new Known(incarnation, candidate.position(), null));
            return candidate.position();
        }
        if (!before.incarnation().equals(incarnation)) {
            replace(before, new Known(incarnation, 0, null));
            return 0;
        }
        return before.safe();
    }

    private void replace(Known before, Known now) {
        if (known.equals(before)) {
            known = now;
        }
    }

    /**
     * Whether it is time for a candidate; if so, the caller proposes one.
     *
     * @param rows how many the fetch brought
     */
    synchronized boolean wantsCandidate(int rows, long nowNanos) {
        rowsSince += rows;
        boolean due = lastCandidateNanos == null
                || rowsSince >= CANDIDATE_ROWS
                || nowNanos - lastCandidateNanos >= CANDIDATE_NANOS;
        if (!due || rowsSince == 0 || known.candidate() != null) {
            return false;
        }
        rowsSince = 0;
        lastCandidateNanos = nowNanos;
        return true;
    }

    synchronized void propose(Candidate candidate) {
        if (known.candidate() == null && known.incarnation().equals(candidate.incarnation())) {
            known = new Known(known.incarnation(), known.safe(), candidate);
        }
    }
}
