package dev.outbox.testkit;

import dev.outbox.Message;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Sends through a transport and waits for what becomes of it; a sending with two outcomes fails. Thread-safe. */
public final class Outcomes implements OutcomeListener {
    private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05Z");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

    private final Map<Long, CompletableFuture<Outcome>> byToken = new ConcurrentHashMap<>();
    private final AtomicLong tokens = new AtomicLong();
    private final Transport transport;

    /** Closes nothing. */
    public Outcomes(Transport transport) {
        this.transport = transport;
    }

    /** Sends and gives the sending's token. */
    public long send(Message message) {
        long token = tokens.incrementAndGet();
        byToken.put(token, new CompletableFuture<>());
        transport.send(List.of(new Outgoing(token, message, CREATED, 1)), this);
        return token;
    }

    /** Sends these together and gives their tokens. */
    public List<Long> sendAll(List<Message> messages) {
        List<Outgoing> batch = messages.stream()
                .map(message -> new Outgoing(tokens.incrementAndGet(), message, CREATED, 1))
                .toList();
        batch.forEach(sending -> byToken.put(sending.token(), new CompletableFuture<>()));
        transport.send(batch, this);
        return batch.stream().map(Outgoing::token).toList();
    }

    /** What becomes of the sending {@code token} within {@code bound}. */
    public Outcome await(long token, Duration bound) {
        try {
            return of(token).get(bound.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("sending " + token + " has no outcome after " + bound, late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        } catch (ExecutionException neverSo) {
            throw new AssertionError(neverSo);
        }
    }

    /** What becomes of {@code message}, which is sent now. */
    public Outcome outcome(Message message) {
        return await(send(message), PATIENCE);
    }

    /** Sends until the destination is connected and confirms one, which may take a minute. */
    public void warm(Message message) {
        long begin = System.nanoTime();
        Outcome last = outcome(message);
        while (last != Outcome.CONFIRMED) {
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new AssertionError("not confirmed within " + PATIENCE + ": " + last);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            last = outcome(message);
        }
    }

    /** What becomes of these, which are sent together now. */
    public List<Outcome> outcomes(List<Message> messages) {
        return sendAll(messages).stream().map(token -> await(token, PATIENCE)).toList();
    }

    /** How many sendings are confirmed. */
    public long confirmed() {
        return byToken.values().stream()
                .filter(outcome -> outcome.isDone() && outcome.join() == Outcome.CONFIRMED)
                .count();
    }

    @Override
    public void onOutcome(long token, Outcome outcome) {
        CompletableFuture<Outcome> sending = of(token);
        if (!sending.complete(outcome)) {
            throw new AssertionError("sending " + token + " has two outcomes: " + sending.join() + ", " + outcome);
        }
    }

    private CompletableFuture<Outcome> of(long token) {
        CompletableFuture<Outcome> sending = byToken.get(token);
        if (sending == null) {
            throw new AssertionError("nothing was sent with token " + token);
        }
        return sending;
    }
}
