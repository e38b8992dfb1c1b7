package dev.outbox.redis;

import dev.outbox.Message;
import dev.outbox.spi.Slot;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The streams that the messages of one destination are spread over, by key: {@code orders} alone, or {@code orders:0}, {@code orders:1} and so on.
 *
 * @param count a power of two, at most 64: with twice as many, each shard's keys fall into two
 */
record Shards(int count) {
    static final int MOST = Slot.COUNT;
    static final Shards NONE = new Shards(1);

    /** @throws IllegalArgumentException if {@code count} is none of the powers of two */
    Shards {
        if (count < 1 || count > MOST || Integer.bitCount(count) != 1) {
            throw new IllegalArgumentException("shards " + count + " must be 1, 2, 4, 8, 16, 32 or " + MOST
                    + ": so that the keys of a shard stay together when there are twice as many");
        }
    }

    /** The stream of {@code message}, one of those of {@code name}. */
    String stream(String name, Message message) {
        return count == 1 ? name : shard(name, Slot.of(message) % count);
    }

    /** All streams of {@code name}. */
    List<String> all(String name) {
        return count == 1
                ? List.of(name)
                : IntStream.range(0, count).mapToObj(i -> shard(name, i)).toList();
    }

    private static String shard(String name, int shard) {
        return name + ":" + shard;
    }
}
