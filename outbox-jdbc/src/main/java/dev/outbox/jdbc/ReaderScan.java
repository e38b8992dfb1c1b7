package dev.outbox.jdbc;

import dev.outbox.spi.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One reader walks the rows of its slot, in the order of their positions, and chooses those to load. For one thread. */
final class ReaderScan {
    private static final int LOOKED_AT_PER_CHOSEN = 10;

    /** Rows that follow each other in the slot and are all chosen. */
    record Run(long first, long last) {}

    private final Reader reader;
    private final FetchBudget budget;
    private final List<Long> chosen = new ArrayList<>();
    private final List<Run> runs = new ArrayList<>();
    private boolean running;
    private int freshChosen;
    private int freshSeen;
    private long last;
    private boolean stopped;

    ReaderScan(Reader reader, FetchBudget budget) {
        this.reader = reader;
        this.budget = budget;
        this.last = reader.floor();
    }

    int slot() {
        return reader.slot();
    }

    /**
     * The most rows above the cursor that it looks at. A reader that chooses everything needs no more than it may choose, because what is held stands at or below the
     * cursor; were it above, fewer would be chosen.
     */
    int mostRows() {
        return budget.choosesAll(reader)
                ? reader.limit()
                : (int) Math.min((long) LOOKED_AT_PER_CHOSEN * reader.limit(), Integer.MAX_VALUE - 1);
    }

    /** Looks at the next row; false when this row is to stay unread, and with it all that follow. */
    boolean lookAt(long position, String destination, @Nullable String key, long bytes) {
        boolean fresh = position > reader.cursor();
        if (fresh && (freshChosen == reader.limit() || freshSeen == mostRows())) {
            stopped = true;
            return false;
        }
        if (budget.isChosen(reader, position, destination, key)) {
            if (!budget.spend(bytes, chosen.isEmpty())) {
                stopped = true;
                return false;
            }
            choose(position);
            freshChosen += fresh ? 1 : 0;
        } else {
            running = false;
        }
        freshSeen += fresh ? 1 : 0;
        last = position;
        return true;
    }

    private void choose(long position) {
        chosen.add(position);
        long first = running ? runs.remove(runs.size() - 1).first() : position;
        runs.add(new Run(first, position));
        running = true;
    }

    /** What to load, ascending, in as few pieces as the rows that were looked at and not chosen allow. */
    List<Run> runs() {
        return runs;
    }

    /** Nothing after the last row that was looked at is read. */
    void leaveRest() {
        stopped = true;
    }

    /** The positions to load, ascending. */
    List<Long> chosen() {
        return chosen;
    }

    /** Every row up to here was looked at. */
    long scannedThrough() {
        return stopped ? last : Long.MAX_VALUE;
    }
}
