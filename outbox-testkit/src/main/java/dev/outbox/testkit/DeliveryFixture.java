package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadLetters;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.DeliveryStore.Claimed;
import dev.outbox.spi.DeliveryStore.ConsumerKey;
import dev.outbox.spi.DeliveryStore.Delivery;
import dev.outbox.spi.KeyRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** What the contract tests of a delivery store share, and the account of where every delivery is at the end. */
abstract class DeliveryFixture {
    static final String A = "process-a";
    static final String B = "process-b";
    static final String PAYMENT = "payment";
    static final String SHIPPING = "shipping";
    static final String KEY = "k";
    static final Instant CREATED = Instant.parse("2026-01-02T03:04:05.678Z");
    /** Longer than any test takes. */
    static final Duration LONG = Duration.ofHours(1);
    /** Short enough to wait for. */
    static final Duration SHORT = Duration.ofMillis(50);

    private static final int MANY = 1_000;

    private final Set<ConsumerKey> keys = new HashSet<>();
    private final List<Delivery> parked = new ArrayList<>();
    private final List<Delivery> dead = new ArrayList<>();

    /** The store under test; the same object during one test, over tables that were empty when the test began. */
    protected abstract DeliveryStore store();

    /** The dead letters in the same tables. */
    protected abstract DeadLetters deadLetters();

    /**
     * Inserts the inbox row that says that {@code consumer} has handled the message, and commits.
     *
     * @return false if one stands there already, because the message was handled or given up
     */
    protected abstract boolean accept(String consumer, String messageId);

    /** Returns when {@code time} has passed by the database's clock: advances a manual clock, or waits. */
    protected abstract void passTime(Duration time);

    /** A key is blocked while, and only while, a delivery of it is parked, and every dead letter is there once. */
    @AfterEach
    public void everyDeliveryIsInExactlyOnePlace() {
        Set<ConsumerKey> blocked = new HashSet<>();
        parked.forEach(delivery -> key(delivery, blocked));
        assertThat(store().blocked(keys)).as("blocked keys").isEqualTo(blocked);
        assertThat(letters())
                .extracting(letter ->
                        letter.consumer().orElseThrow() + ":" + letter.message().id())
                .as("dead letters")
                .containsExactlyInAnyOrderElementsOf(
                        dead.stream().map(DeliveryFixture::inboxKey).toList());
    }

    static Delivery delivery(String consumer, @Nullable String key) {
        return new Delivery(consumer, Message.to("d").key(key).text("payload for " + key), CREATED);
    }

    static ConsumerKey key(String consumer, String key) {
        return new ConsumerKey(consumer, new KeyRef("d", key));
    }

    void park(Delivery delivery, Duration delay) {
        store().park(delivery, 1, delay, "failed");
        expectParked(delivery);
    }

    void parkBehind(Delivery... deliveries) {
        store().parkBehind(List.of(deliveries));
        Arrays.stream(deliveries).forEach(this::expectParked);
    }

    List<Claimed> claim(String instance, Duration claim) {
        return store().claimDue(instance, Set.of(PAYMENT, SHIPPING), MANY, claim);
    }

    /** The one row that can be claimed. */
    Claimed claimOne(String instance, Duration claim) {
        List<Claimed> claimed = claim(instance, claim);
        assertThat(claimed).as("claimed rows").hasSize(1);
        return claimed.get(0);
    }

    void complete(String instance, Claimed claimed) {
        store().complete(instance, claimed.number());
        expectGone(claimed.delivery());
    }

    boolean bury(String instance, Claimed claimed) {
        boolean died = store().bury(instance, claimed.number(), DeadReason.REJECTED, 3, "no");
        expectGone(claimed.delivery());
        if (died) {
            expectDead(claimed.delivery());
        }
        return died;
    }

    void expectParked(Delivery delivery) {
        parked.add(delivery);
        key(delivery, keys);
    }

    void expectGone(Delivery delivery) {
        assertThat(parked.remove(delivery)).as("was parked").isTrue();
    }

    void expectDead(Delivery delivery) {
        dead.add(delivery);
        key(delivery, keys);
    }

    List<DeadLetter> letters() {
        return deadLetters().list(DeadLetterQuery.all().limit(MANY));
    }

    static List<Delivery> deliveries(List<Claimed> claimed) {
        return claimed.stream().map(Claimed::delivery).toList();
    }

    private static void key(Delivery delivery, Set<ConsumerKey> to) {
        String destination = delivery.message().destination();
        delivery.message()
                .key()
                .ifPresent(key -> to.add(new ConsumerKey(delivery.consumer(), new KeyRef(destination, key))));
    }

    private static String inboxKey(Delivery delivery) {
        return delivery.consumer() + ":" + delivery.message().id();
    }
}
