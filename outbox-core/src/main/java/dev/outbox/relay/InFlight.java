package dev.outbox.relay;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sendings without an outcome, found by token without allocation. A token is a place in the table and the number of times that the place was used, so a late
 * second outcome of an old sending finds nothing.
 */
final class InFlight {
    private static final int INDEX_BITS = 24;
    private static final long INDEX_MASK = (1L << INDEX_BITS) - 1;

    private @Nullable Held[] places = new Held[64];
    private long[] uses = new long[64];
    private int[] free = new int[64];
    private int freeCount;
    private int size;

    InFlight() {
        addFree(0, 64);
    }

    int size() {
        return size;
    }

    long add(Held held) {
        if (freeCount == 0) {
            grow();
        }
        int index = free[--freeCount];
        places[index] = held;
        size++;
        return ++uses[index] << INDEX_BITS | index;
    }

    /** The sending of {@code token}, or null if it has had its outcome. */
    @Nullable
    Held remove(long token) {
        int index = (int) (token & INDEX_MASK);
        if (index >= places.length || uses[index] != token >>> INDEX_BITS) {
            return null;
        }
        Held held = places[index];
        if (held != null) {
            places[index] = null;
            free[freeCount++] = index;
            size--;
        }
        return held;
    }

    void forEach(Consumer<Held> action) {
        for (Held held : places.clone()) {
            if (held != null) {
                action.accept(held);
            }
        }
    }

    private void grow() {
        int old = places.length;
        places = Arrays.copyOf(places, 2 * old);
        uses = Arrays.copyOf(uses, 2 * old);
        free = new int[2 * old];
        addFree(old, 2 * old);
    }

    private void addFree(int from, int to) {
        for (int index = to - 1; index >= from; index--) {
            free[freeCount++] = index;
        }
    }
}
