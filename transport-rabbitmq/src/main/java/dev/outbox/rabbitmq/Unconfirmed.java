package dev.outbox.rabbitmq;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one channel has published and the broker has not confirmed. Tags are 1, 2, 3, as the broker counts them; they mean nothing beyond this one channel. A confirm
 * answers for one tag, in any order, or for all up to one.
 *
 * <p>Thread-safe: one thread publishes, another reads confirms.
 */
final class Unconfirmed {
    private record Entry(RabbitSending sending, long sinceNanos) {}

    private static final int FIRST_CAPACITY = 64;

    /** By tag modulo its length, a power of two; null where the broker has answered. */
    private @Nullable Entry[] ring = new Entry[FIRST_CAPACITY];

    /** The lowest tag without an answer, or the next tag. */
    private long first = 1;

    private long next = 1;
    private int size;

    /** Notes that {@code sending} is published next. */
    synchronized void add(RabbitSending sending, long now) {
        if (next - first == ring.length) {
            grow();
        }
        ring[index(next, ring.length)] = new Entry(sending, now);
        next++;
        size++;
    }

    private void grow() {
        @Nullable Entry[] larger = new Entry[ring.length * 2];
        for (long tag = first; tag < next; tag++) {
            larger[index(tag, larger.length)] = ring[index(tag, ring.length)];
        }
        ring = larger;
    }

    private static int index(long tag, int length) {
        return (int) (tag & (length - 1));
    }

    /** Takes out what the broker has answered for. A tag that is not there is passed over. */
    synchronized List<RabbitSending> settle(long tag, boolean multiple) {
        List<RabbitSending> settled = new ArrayList<>();
        for (long answered = multiple ? first : Math.max(first, tag); answered <= tag && answered < next; answered++) {
            take(answered, settled);
        }
        advance();
        return settled;
    }

    private void take(long tag, List<RabbitSending> taken) {
        Entry entry = ring[index(tag, ring.length)];
        if (entry != null) {
            ring[index(tag, ring.length)] = null;
            size--;
            taken.add(entry.sending());
        }
    }

    private void advance() {
        while (first < next && ring[index(first, ring.length)] == null) {
            first++;
        }
    }

    /** The first message of this id that was not returned yet: the broker returns messages in the order in which they were published. */
    synchronized Optional<RabbitSending> returned(String messageId) {
        return entries()
                .map(Entry::sending)
                .filter(sending -> !sending.isReturned() && sending.messageId().equals(messageId))
                .findFirst();
    }

    /** What was published before {@code time}, first things first; it stays. */
    synchronized List<RabbitSending> publishedBefore(long time) {
        return entries()
                .takeWhile(entry -> entry.sinceNanos() - time < 0)
                .map(Entry::sending)
                .toList();
    }

    private Stream<Entry> entries() {
        return LongStream.range(first, next)
                .mapToObj(tag -> Optional.ofNullable(ring[index(tag, ring.length)]))
                .flatMap(Optional::stream);
    }

    /** Takes out everything. */
    synchronized List<RabbitSending> drain() {
        return settle(next, true);
    }

    synchronized int size() {
        return size;
    }
}
