package dev.outbox.internal.delivery;

import static dev.outbox.internal.delivery.DeliveryRig.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.outbox.Delivery;
import dev.outbox.Message;
import dev.outbox.inprocess.SubscriberOptions;
import dev.outbox.inprocess.SubscriberStatistics;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.Outcome;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SubscriberIsolationTest {
    private final DeliveryRig rig = new DeliveryRig();
    private final AtomicBoolean failing = new AtomicBoolean(true);
    private final AtomicInteger attempts = new AtomicInteger();

    private void payment(Delivery delivery) {
        attempts.incrementAndGet();
        assertThat(delivery.attempt()).isEqualTo(attempts.get());
        if (failing.get()) {
            throw new IllegalStateException("no money");
        }
        rig.log.add("payment:" + delivery.message().id());
    }

    @Test
    void eachSubscriberHandlesTheMessageOnce() {
        rig.subscribeNoting("payment").subscribeNoting("mail").subscribeNoting("audit");
        long token = rig.send(message("m1", "k"));
        rig.settle();
        assertThat(rig.log).containsExactlyInAnyOrder("payment:m1", "mail:m1", "audit:m1");
        assertThat(rig.outcomes).containsOnly(entry(token, Outcome.CONFIRMED));
        assertThat(rig.statistics("mail")).isEqualTo(new SubscriberStatistics(1, 0, 0, 0));
    }

    @Test
    void oneThatFailsDoesNotRunTheOthersAgain() {
        rig.subscribe("payment", this::payment).subscribeNoting("mail").subscribeNoting("audit");
        long token = rig.send(message("m1", "k"));
        rig.settle();
        assertThat(rig.outcomes).containsEntry(token, Outcome.CONFIRMED);
        rig.pass(Duration.ofMillis(1_500));
        failing.set(false);
        rig.pass(Duration.ofSeconds(5));
        assertThat(rig.log).containsExactlyInAnyOrder("mail:m1", "audit:m1", "payment:m1");
        assertThat(attempts).hasValue(3);
        assertThat(rig.statistics("payment")).isEqualTo(new SubscriberStatistics(1, 2, 1, 0));
        assertThat(rig.statistics("mail").handled()).isOne();
    }

    @Test
    void g8_attemptsEndWithADeadLetterThatIsRedrivenToThatSubscriberAlone() {
        rig.subscribe("payment", this::payment).subscribeNoting("mail");
        rig.send(message("m1", "k"));
        rig.pass(Duration.ofMinutes(1));
        assertThat(attempts).hasValue(3);
        DeadLetter dead = rig.tables.list(DeadLetterQuery.all()).get(0);
        assertThat(dead.consumer()).contains("payment");
        assertThat(dead.attempts()).isEqualTo(3);
        assertThat(dead.reason()).isEqualTo(DeadReason.ATTEMPTS_EXHAUSTED);
        assertThat(dead.error()).contains("no money");
        assertThat(rig.statistics("payment").dead()).isOne();

        failing.set(false);
        attempts.set(0);
        rig.tables.redrive(DeadLetterQuery.all());
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.log).containsExactly("mail:m1", "payment:m1");
        assertThat(rig.tables.list(DeadLetterQuery.all())).isEmpty();
    }

    @Test
    void g9_aPermanentFailureIsADeadLetterAtOnceAndConfirmsTheMessage() {
        SubscriberOptions options = DeliveryRig.THREE_ATTEMPTS.retry(
                DeliveryRig.THREE_ATTEMPTS.retry().permanent(IllegalStateException.class));
        rig.subscribe(DeliveryRig.ORDERS, "payment", this::payment, options).subscribeNoting("mail");
        long token = rig.send(message("m1", "k"));
        rig.settle();
        assertThat(rig.outcomes).containsEntry(token, Outcome.CONFIRMED);
        assertThat(rig.tables.list(DeadLetterQuery.all()))
                .singleElement()
                .satisfies(dead -> assertThat(dead.reason()).isEqualTo(DeadReason.REJECTED));
        assertThat(attempts).hasValue(1);
    }

    @Test
    void g10_aSubscriberThatHangsTakesNoHandlersFromAnother() {
        SubscriberOptions two = DeliveryRig.THREE_ATTEMPTS.concurrency(2);
        rig.subscribe(DeliveryRig.ORDERS, "hangs", delivery -> {}, two);
        rig.subscribe("mails", "mail", rig.noting("mail"), two);
        for (int i = 0; i < 10; i++) {
            rig.send(message("h" + i, null));
        }
        rig.settleWithoutHandlers();
        assertThat(rig.handlers.size()).isEqualTo(2);
        rig.send(Message.to("mails").id("m1").text("x"));
        rig.settleWithoutHandlers();
        rig.handlers.run(2);
        assertThat(rig.log).containsExactly("mail:m1");
    }

    @Test
    void aDestinationWithoutSubscribersIsAFailedAttemptThatNamesIt() {
        rig.subscribeNoting("mail");
        long token = rig.send(Message.to("odrers").id("m1").text("x"));
        rig.settle();
        assertThat(rig.outcomes.get(token))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.error())
                                .hasMessageContaining("'odrers'")
                                .hasMessageContaining("orders"));
    }

    @Test
    void aParkedDeliveryWhoseSubscriptionIsGoneEndsAsADeadLetter() {
        DeliveryRig old = rig.another("old");
        old.subscribe("payment", delivery -> {
            throw new IllegalStateException("once");
        });
        old.send(message("m1", "k"));
        old.settle();
        rig.subscribe("mails", "payment", rig.noting("payment"), DeliveryRig.THREE_ATTEMPTS);
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.tables.list(DeadLetterQuery.all()))
                .singleElement()
                .satisfies(dead -> assertThat(dead.error()).contains("not subscribed to destination 'orders'"));
    }
}
