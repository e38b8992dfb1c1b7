package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Change;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadLetters;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.DeliveryStore.Claimed;
import dev.outbox.spi.DeliveryStore.Delivery;
import dev.outbox.spi.ParkReason;
import dev.outbox.spi.RowRef;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link DeadLetters}. A store's test extends this class and says how to reach its tables; the names of the tests carry the numbers of the
 * guarantees. After each test every message that was published must be in exactly one place.
 */
public abstract class DeadLettersContract extends OutboxFixture {
    private static final String CONSUMER = "payment";

    /** The delivery store over the same tables. */
    protected abstract DeliveryStore deliveries();

    /**
     * Inserts the inbox row that says that {@code consumer} has handled the message, and commits.
     *
     * @return false if one stands there already, because the message was handled or given up
     */
    protected abstract boolean accept(String consumer, String messageId);

    @Test
    public void g9_deadLettersAreListedInTheOrderOfDying() {
        Message[] messages = die(5);
        assertThat(deadLetters()).extracting(DeadLetter::message).containsExactly(messages);
        assertThat(deadLetters()).extracting(DeadLetter::number).isSorted().doesNotHaveDuplicates();
        assertThat(deadLetters()).extracting(DeadLetter::number).allMatch(number -> number > 0);
    }

    @Test
    public void g12_aListIsReadPageByPage() {
        die(5);
        List<DeadLetter> all = deadLetters();
        List<DeadLetter> first = queue().list(DeadLetterQuery.all().limit(2));
        List<DeadLetter> second =
                queue().list(DeadLetterQuery.all().above(first.get(1).number()).limit(2));
        List<DeadLetter> last =
                queue().list(DeadLetterQuery.all().above(second.get(1).number()));
        assertThat(first).isEqualTo(all.subList(0, 2));
        assertThat(second).isEqualTo(all.subList(2, 4));
        assertThat(last).isEqualTo(all.subList(4, 5));
        assertThat(queue().count(DeadLetterQuery.all().limit(2))).isEqualTo(5);
    }

    @Test
    public void oneIsReadByItsNumber() {
        die(2);
        DeadLetter second = deadLetters().get(1);
        assertThat(queue().read(second.number())).contains(second);
        assertThat(queue().read(second.number() + 1_000)).isEmpty();
    }

    @Test
    public void everyConditionOfAQueryCounts() {
        Message plain = Message.to("d").type("a").text("plain");
        Message keyed = Message.to("d").key("k").type("b").text("keyed");
        Message elsewhere = Message.to("e").key("k").type("a").text("elsewhere");
        die(plain, keyed, elsewhere);
        Delivery consumed = consumerDies(Message.to("d").key("k").type("b").text("consumed"));
        Message ofConsumer = consumed.message();
        DeadLetterQuery all = DeadLetterQuery.all();
        assertThat(found(all)).containsExactly(plain, keyed, elsewhere, ofConsumer);
        assertThat(found(all.messageId(keyed.id()))).containsExactly(keyed);
        assertThat(found(all.destination("e"))).containsExactly(elsewhere);
        assertThat(found(all.key("k"))).containsExactly(keyed, elsewhere, ofConsumer);
        assertThat(found(all.key("K"))).isEmpty();
        assertThat(found(all.type("a"))).containsExactly(plain, elsewhere);
        assertThat(found(all.consumer(CONSUMER))).containsExactly(ofConsumer);
        assertThat(found(all.ofRelay())).containsExactly(plain, keyed, elsewhere);
        assertThat(found(all.ofRelay().key("k").destination("d"))).containsExactly(keyed);
        assertThat(found(DeadLetterQuery.number(deadLetters().get(2).number()))).containsExactly(elsewhere);
        assertThat(queue().count(all.ofRelay().key("k"))).isEqualTo(2);
    }

    @Test
    public void ageCountsFromDyingByTheDatabasesClock() {
        Message[] old = die(1);
        passTime(SHORT.multipliedBy(4));
        assertThat(found(DeadLetterQuery.all().olderThan(SHORT))).containsExactly(old);
        assertThat(found(DeadLetterQuery.all().olderThan(LONG))).isEmpty();
        assertThat(queue().discard(DeadLetterQuery.all().olderThan(LONG))).isZero();
    }

    @Test
    public void g9_aRedrivenMessageGoesToTheEndAtANewPosition() {
        Message given = message("k");
        publish(given);
        RowRef old = row(given);
        Instant createdAt = pending(given).stored().createdAt();
        settle(bury(old));
        Message later = message("k");
        publish(later);
        assertThat(queue().redrive(DeadLetterQuery.all())).isEqualTo(1);
        assertThat(ids(read(readerOf("k", MANY)).rows())).containsExactly(later.id(), given.id());
        assertThat(pending(given).stored().message()).isEqualTo(given);
        assertThat(pending(given).stored().createdAt()).isAfterOrEqualTo(createdAt);
        assertThat(pending(given).blocked()).isFalse();
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    public void g1_aLateConfirmationOfTheOldRowDoesNotRemoveTheRedrivenOne() {
        Message message = message("k");
        publish(message);
        RowRef old = row(message);
        settle(bury(old));
        queue().redrive(DeadLetterQuery.all());
        store().complete(List.of(old));
        settle(bury(old));
        assertThat(pendingIds()).containsExactly(message.id());
    }

    @Test
    public void g8_aRedrivenMessageBeginsItsAttemptsAnew() {
        Message[] messages = die(1);
        queue().redrive(DeadLetterQuery.all());
        RowRef row = row(messages[0]);
        settle(new Change.Park(row, ParkReason.RETRY, 1, Duration.ZERO, "again"));
        assertThat(readDue().due().get(0).head().attempts()).isEqualTo(1);
        settle(bury(row));
        assertThat(deadLetters()).hasSize(1);
    }

    @Test
    public void redrivingTakesTheLowestNumbersUpToTheLimit() {
        Message[] messages = die(5);
        assertThat(queue().redrive(DeadLetterQuery.all().limit(3))).isEqualTo(3);
        assertThat(deadLetters()).extracting(DeadLetter::message).containsExactly(messages[3], messages[4]);
        assertThat(readAll().stream()
                        .sorted(Comparator.comparing(row -> row.stored().row().position()))
                        .map(row -> row.stored().message()))
                .containsExactly(messages[0], messages[1], messages[2]);
    }

    @Test
    public void g9_aDeadLetterIsRedrivenOnce() {
        die(2);
        DeadLetterQuery first = DeadLetterQuery.number(deadLetters().get(0).number());
        assertThat(queue().redrive(first)).isEqualTo(1);
        assertThat(queue().redrive(first)).isZero();
        assertThat(pendingIds()).hasSize(1);
        assertThat(deadLetters()).hasSize(1);
    }

    @Test
    public void g9_twoThatRedriveAtOnceRedriveEachOnce() {
        Message[] messages = die(50);
        List<Integer> counts = Race.of(
                () -> queue().redrive(DeadLetterQuery.all().limit(50)),
                () -> queue().redrive(DeadLetterQuery.all().limit(50)));
        assertThat(counts.get(0) + counts.get(1)).isEqualTo(50);
        assertThat(pendingIds())
                .containsExactlyInAnyOrder(
                        Arrays.stream(messages).map(Message::id).toArray(String[]::new));
    }

    @Test
    public void g9_whatIsRedrivenAndDiscardedAtOnceIsOneOfTheTwo() {
        publish(message("bystander"));
        Delivery[] dead = IntStream.range(0, 30)
                .mapToObj(i -> consumerDies(message("key-" + i)))
                .toArray(Delivery[]::new);
        DeadLetterQuery query = DeadLetterQuery.all().consumer(CONSUMER);
        List<Integer> counts = Race.of(() -> queue().redrive(query), () -> queue().discard(query));
        assertThat(counts.get(0) + counts.get(1)).isEqualTo(dead.length);
        assertThat(deliveries().claimDue("a", Set.of(CONSUMER), 100, LONG)).hasSize(counts.get(0));
    }

    @Test
    public void discardedDeadLettersAreGone() {
        die(3);
        DeadLetter second = deadLetters().get(1);
        discardForGood(second);
        assertThat(queue().discard(DeadLetterQuery.number(second.number()))).isZero();
        assertThat(deadLetters()).hasSize(2).doesNotContain(second);
        deadLetters().forEach(this::discardForGood);
    }

    @Test
    public void g9_whatAConsumerGaveUpGoesToThatConsumerAlone() {
        Delivery dead = consumerDies(message("k"));
        assertThat(queue().redrive(DeadLetterQuery.all())).isEqualTo(1);
        assertThat(deadLetters()).isEmpty();
        assertThat(pendingIds()).isEmpty();
        assertThat(deliveries().claimDue("a", Set.of("another"), 9, LONG)).isEmpty();
        List<Claimed> claimed = deliveries().claimDue("a", Set.of(CONSUMER), 9, LONG);
        assertThat(claimed).hasSize(1);
        assertThat(claimed.get(0).delivery()).isEqualTo(dead);
        assertThat(claimed.get(0).attempts()).isZero();
        assertThat(claimed.get(0).suspect()).isFalse();
    }

    @Test
    public void g6_whatIsRedrivenToAConsumerIsHandled() {
        Delivery dead = consumerDies(message("k"));
        assertThat(accept(CONSUMER, dead.message().id())).isFalse();
        queue().redrive(DeadLetterQuery.all());
        assertThat(accept(CONSUMER, dead.message().id())).isTrue();
    }

    @Test
    public void g7_whatIsDiscardedIsNotHandledByALateDuplicate() {
        Delivery dead = consumerDies(message("k"));
        assertThat(queue().discard(DeadLetterQuery.all().consumer(CONSUMER))).isEqualTo(1);
        assertThat(accept(CONSUMER, dead.message().id())).isFalse();
    }

    @Test
    public void g7_whatIsRedrivenToAConsumerWaitsBehindItsKey() {
        Delivery dead = consumerDies(message("k"));
        Delivery parked = new Delivery(CONSUMER, message("k"), dead.createdAt());
        deliveries().park(parked, 1, Duration.ZERO, "failed");
        queue().redrive(DeadLetterQuery.all());
        List<Claimed> first = deliveries().claimDue("a", Set.of(CONSUMER), 9, LONG);
        assertThat(first).extracting(Claimed::delivery).containsExactly(parked);
        deliveries().complete("a", first.get(0).number());
        assertThat(deliveries().claimDue("a", Set.of(CONSUMER), 9, LONG))
                .extracting(Claimed::delivery)
                .containsExactly(dead);
    }

    @Test
    public void g9_whatWasRedrivenCanBeGivenUpAgain() {
        Delivery dead = consumerDies(message("k"));
        queue().redrive(DeadLetterQuery.all());
        Claimed claimed = deliveries().claimDue("a", Set.of(CONSUMER), 9, LONG).get(0);
        assertThat(deliveries().bury("a", claimed.number(), DeadReason.REJECTED, 1, "no"))
                .isTrue();
        assertThat(deadLetters()).extracting(DeadLetter::message).containsExactly(dead.message());
    }

    private DeadLetters queue() {
        return store().deadLetters();
    }

    /** Publishes {@code count} messages and gives them up, one after another. */
    private Message[] die(int count) {
        Message[] messages =
                IntStream.range(0, count).mapToObj(i -> message("key-" + i)).toArray(Message[]::new);
        die(messages);
        return messages;
    }

    private void die(Message... messages) {
        publish(messages);
        for (Message message : messages) {
            settle(bury(row(message)));
        }
    }

    /** A message that a consumer gave up; how it came to the consumer is not the store's business. */
    private Delivery consumerDies(Message message) {
        Delivery delivery = new Delivery(CONSUMER, message, Instant.parse("2026-01-02T03:04:05.678Z"));
        assertThat(deliveries().buryNew(delivery, DeadReason.REJECTED, 1, "no")).isTrue();
        return delivery;
    }

    private List<Message> found(DeadLetterQuery query) {
        return queue().list(query).stream().map(DeadLetter::message).toList();
    }
}
