package dev.outbox.rabbitmq;

import dev.outbox.Message;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** Sends through a transport and waits for what becomes of it. */
final class Outcomes implements OutcomeListener {
    private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05Z");

    private final Map<Long, Outcome> byToken = new ConcurrentHashMap<>();
    private final AtomicLong tokens = new AtomicLong();
    private final Transport transport;

    Outcomes(Transport transport) {
        this.transport = transport;
    }

    /** Sends and gives the sending's token. */
    long send(Message message) {
        long token = tokens.incrementAndGet();
        transport.send(List.of(new Outgoing(token, message, CREATED, 1)), this);
        return token;
    }

    Outcome await(long token, Duration bound) {
        Awaitility.await("outcome of sending " + token)
                .atMost(bound)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> byToken.containsKey(token));
        return byToken.get(token);
    }

    long confirmed() {
        return byToken.values().stream().filter(Outcome.CONFIRMED::equals).count();
    }

    Outcome outcome(Message message) {
        return await(send(message), Duration.ofSeconds(60));
    }

    @Override
    public void onOutcome(long token, Outcome outcome) {
        Outcome earlier = byToken.putIfAbsent(token, outcome);
        if (earlier != null) {
            throw new AssertionError("sending " + token + " has two outcomes: " + earlier + ", " + outcome);
        }
    }
}
