package dev.outbox.benchmarks;

import dev.outbox.Message;
import dev.outbox.Payload;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Confirms everything at once, and records how long after its intended start each message arrived. All processes of a machine share the clock
 * ({@link System#nanoTime} is the time since the machine started, on Linux).
 */
final class LatencyTransport implements Transport {
    private static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long WARM_UP = Long.MIN_VALUE;
    /** Spreads times, which are multiples of a period, over the keys. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private static final int MOST = 1_000_000;

    private final Latencies latencies = new Latencies(MOST);

    /** A message of 1 KB that tells when its transaction was to start. */
    static Message message(long intendedNanos) {
        ByteBuffer payload = ByteBuffer.allocate(1_024).putLong(intendedNanos);
        return Message.to("orders")
                .key("customer-" + ((intendedNanos * SPREAD) >>> 32) % 1_000)
                .type("OrderPlaced")
                .payload("application/octet-stream", Payload.wrap(payload.array()));
    }

    /** A message that is not recorded. */
    static Message warmUp(int key) {
        ByteBuffer payload = ByteBuffer.allocate(1_024).putLong(WARM_UP);
        return Message.to("orders")
                .key("customer-" + key % 1_000)
                .type("OrderPlaced")
                .payload("application/octet-stream", Payload.wrap(payload.array()));
    }

    @Override
    public void send(List<Outgoing> batch, OutcomeListener outcomes) {
        for (Outgoing outgoing : batch) {
            arrived(ByteBuffer.wrap(outgoing.message().payload().sharedBytes()).getLong());
            outcomes.onOutcome(outgoing.token(), Outcome.CONFIRMED);
        }
    }

    void arrived(long intendedNanos) {
        if (intendedNanos != WARM_UP) {
            latencies.record(System.nanoTime() - intendedNanos);
        }
    }

    /** Waits until {@code messages} have arrived. */
    Latencies await(int messages) {
        long since = System.nanoTime();
        while (latencies.count() < messages) {
            if (System.nanoTime() - since > BOUND_NANOS) {
                throw new IllegalStateException(latencies.count() + " of " + messages + " messages arrived");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        return latencies;
    }

    @Override
    public void close() {}
}
