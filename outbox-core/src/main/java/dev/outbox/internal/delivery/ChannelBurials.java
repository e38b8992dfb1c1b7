package dev.outbox.internal.delivery;

import dev.outbox.Message;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.StoreException;
import dev.outbox.spi.Transport;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Dead letters to a destination of a transport. Only a confirmation ends a call well. A claimed row is deleted afterwards: a process that ends in between sends the
 * dead letter once more, under the same id.
 */
public final class ChannelBurials implements Burials {
    private final DeliveryStore store;
    private final Transport transport;
    private final DeadLetterMessages messages;
    private final AtomicLong tokens = new AtomicLong();
    private final ReentrantLock sending = new ReentrantLock();

    /** @param store where claimed rows are */
    public ChannelBurials(DeliveryStore store, Transport transport, DeadLetterMessages messages) {
        this.store = store;
        this.transport = transport;
        this.messages = messages;
    }

    @Override
    public boolean bury(String instance, long number, GivenUp givenUp) {
        buryNew(givenUp);
        store.complete(instance, number);
        return true;
    }

    @Override
    public boolean buryNew(GivenUp givenUp) {
        Message message = messages.of(givenUp, transport.limits(messages.destination()));
        try {
            Outcome outcome = send(new Outgoing(
                    tokens.incrementAndGet(), message, givenUp.delivery().createdAt(), 1));
            if (outcome instanceof Outcome.Confirmed) {
                return true;
            }
            throw new StoreException(message.destination() + " did not confirm a dead letter: " + text(outcome));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted while a dead letter was sent", interrupted);
        } catch (TimeoutException | ExecutionException silent) {
            throw new StoreException(
                    message.destination() + " did not say within " + transport.sendTimeout()
                            + " whether it has a dead letter",
                    silent);
        }
    }

    /** A transport takes messages of a destination from one thread at a time. */
    private Outcome send(Outgoing outgoing) throws InterruptedException, TimeoutException, ExecutionException {
        long timeoutNanos = transport.sendTimeout().toNanos();
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        if (!sending.tryLock(timeoutNanos, TimeUnit.NANOSECONDS)) {
            throw new TimeoutException("an earlier call has not returned");
        }
        try {
            transport.send(List.of(outgoing), (token, told) -> {
                if (token == outgoing.token()) {
                    outcome.complete(told);
                }
            });
        } finally {
            sending.unlock();
        }
        return outcome.get(timeoutNanos, TimeUnit.NANOSECONDS);
    }

    private static String text(Outcome outcome) {
        Throwable error = outcome instanceof Outcome.Rejected rejected
                ? rejected.error()
                : outcome instanceof Outcome.Failed failed
                        ? failed.error()
                        : outcome instanceof Outcome.Unavailable unavailable
                                ? unavailable.error()
                                : outcome instanceof Outcome.Unknown unknown ? unknown.error() : null;
        return error == null ? "" : FailureText.of(error);
    }
}
