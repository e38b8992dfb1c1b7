package dev.outbox.testkit;

import dev.outbox.Message;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadLetters;
import dev.outbox.spi.DeliveryStore.Delivery;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code outbox_dead_letter}. */
abstract class InMemoryDeadLetters extends InMemoryDatabase implements DeadLetters {
    InMemoryDeadLetters(InstantSource databaseClock) {
        super(databaseClock);
    }

    @Override
    public synchronized List<DeadLetter> list(DeadLetterQuery query) {
        return matching(query).limit(query.limit()).toList();
    }

    @Override
    public synchronized long count(DeadLetterQuery query) {
        return matching(query).count();
    }

    @Override
    public int redrive(DeadLetterQuery query) {
        int redriven = moveBack(query);
        if (redriven > 0) {
            hint();
        }
        return redriven;
    }

    private synchronized int moveBack(DeadLetterQuery query) {
        List<DeadLetter> chosen = list(query);
        for (DeadLetter letter : chosen) {
            dead.remove(letter.number());
            letter.consumer()
                    .ifPresentOrElse(
                            consumer -> redeliver(new Delivery(consumer, letter.message(), letter.createdAt())),
                            () -> append(letter.message(), letter.createdAt()));
        }
        return chosen.size();
    }

    @Override
    public synchronized int discard(DeadLetterQuery query) {
        List<DeadLetter> chosen = list(query);
        chosen.forEach(letter -> dead.remove(letter.number()));
        return chosen.size();
    }

    /** Goes to that consumer alone, behind what it has parked of the key; the inbox row that marked it dead goes with the dead letter. */
    private void redeliver(Delivery delivery) {
        deliveries.forgetDead(delivery);
        if (!deliveries.isParked(delivery)) {
            DeliveryRow row = deliveries.append(delivery, clock.nowNanos());
            row.dueNanos = deliveries.isFirst(row) ? clock.nowNanos() : DeliveryRow.NEVER;
        }
    }

    private Stream<DeadLetter> matching(DeadLetterQuery query) {
        return dead.tailMap(query.numberAbove(), false).values().stream().filter(letter -> isMeant(letter, query));
    }

    private boolean isMeant(DeadLetter letter, DeadLetterQuery query) {
        Message message = letter.message();
        return isOrUnset(query.number(), letter.number())
                && isOrUnset(query.messageId(), message.id())
                && isOrUnset(query.destination(), message.destination())
                && (query.key().isEmpty() || query.key().equals(message.key()))
                && isOrUnset(query.type(), message.type())
                && isOrUnset(query.consumer(), letter.consumer().orElse(""))
                && query.olderThan()
                        .map(age -> clock.since(DatabaseClock.nanos(letter.diedAt())) > DatabaseClock.nanos(age))
                        .orElse(true);
    }

    private static <T> boolean isOrUnset(Optional<T> wanted, T actual) {
        return wanted.map(actual::equals).orElse(true);
    }
}
