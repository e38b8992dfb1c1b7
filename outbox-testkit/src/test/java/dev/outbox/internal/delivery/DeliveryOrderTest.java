package dev.outbox.internal.delivery;

import static dev.outbox.internal.delivery.DeliveryRig.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Delivery;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.Outcome;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeliveryOrderTest {
    private final DeliveryRig rig = new DeliveryRig();
    private final Set<String> failing = new HashSet<>();

    private void picky(Delivery delivery) {
        if (failing.contains(delivery.message().id())) {
            throw new IllegalStateException("not yet");
        }
        rig.log.add(delivery.consumer() + ":" + delivery.message().id());
    }

    @Test
    void g7_aFailingMessageHoldsBackItsKeyForItsSubscriberAndNothingElse() {
        rig.subscribe("a", this::picky).subscribeNoting("b");
        failing.add("m1");
        rig.send(message("m1", "k"), message("other", "l"));
        rig.settle();
        long token = rig.send(message("m2", "k"));
        rig.settle();
        assertThat(rig.log).containsExactlyInAnyOrder("b:m1", "a:other", "b:other", "b:m2");
        assertThat(rig.outcomes).containsEntry(token, Outcome.CONFIRMED);
        failing.clear();
        rig.pass(Duration.ofSeconds(2));
        assertThat(rig.log.subList(4, 6)).containsExactly("a:m1", "a:m2");
    }

    @Test
    void g7_aDeadLetterFreesItsKey() {
        rig.subscribe("a", this::picky);
        failing.add("m1");
        rig.send(message("m1", "k"));
        rig.settle();
        rig.send(message("m2", "k"));
        rig.pass(Duration.ofSeconds(10));
        assertThat(rig.log).containsExactly("a:m2");
        assertThat(rig.tables.count(DeadLetterQuery.all())).isOne();
    }

    @Test
    void messagesWithoutAKeyDoNotWaitForEachOther() {
        rig.subscribe("a", this::picky);
        failing.add("m1");
        rig.send(message("m1", null), message("m2", null));
        rig.settle();
        assertThat(rig.log).containsExactly("a:m2");
    }

    @Test
    void keysAreLookedUpOnceForABatchAndNotWithoutKeys() {
        rig.subscribeNoting("a").subscribeNoting("b");
        rig.send(message("m1", "k"), message("m2", "l"), message("m3", "n"));
        rig.settle();
        assertThat(rig.store.count("blocked")).isOne();
        rig.send(message("m4", null));
        rig.settle();
        assertThat(rig.store.count("blocked")).isOne();
    }

    @Test
    void oneKeyOfASubscriberIsHandledByOneThreadAtATimeAlsoWhenARetryMeetsAFreshMessage() {
        rig.subscribe("a", this::picky);
        failing.add("m1");
        rig.send(message("m1", "k"));
        rig.pass(Duration.ofSeconds(10));
        failing.clear();
        rig.send(message("m2", "k"));
        rig.settleWithoutHandlers();
        assertThat(rig.handlers.size()).isOne();
        rig.tables.redrive(DeadLetterQuery.all());
        rig.passWithoutHandlers(Duration.ofSeconds(5));
        assertThat(rig.store.count("claimDue")).isPositive();
        assertThat(rig.handlers.size()).isOne();
        rig.settle();
        assertThat(rig.log).containsExactly("a:m2", "a:m1");
    }

    @Test
    void differentKeysOfASubscriberRunAtTheSameTime() {
        rig.subscribe("a", this::picky);
        rig.send(message("m1", "k"), message("m2", "l"), message("m3", null));
        rig.settleWithoutHandlers();
        assertThat(rig.handlers.size()).isEqualTo(3);
    }

    /** Two relays overlap: the one that has lost the slot still has m1 here when the other hands over m2. */
    @Test
    void g7_whatWaitsBehindAFailingMessageInMemoryFollowsItIntoTheStore() {
        rig.subscribe("a", this::picky);
        failing.add("m1");
        rig.send(message("m1", "k"));
        rig.send(message("m2", "k"));
        rig.settle();
        assertThat(rig.log).isEmpty();
        assertThat(rig.outcomes.values()).containsExactly(Outcome.CONFIRMED, Outcome.CONFIRMED);
        failing.clear();
        rig.pass(Duration.ofSeconds(2));
        assertThat(rig.log).containsExactly("a:m1", "a:m2");
    }

    @Test
    void g8_retriesAreCountedInTheStoreWhateverProcessMakesThem() {
        rig.subscribe("a", delivery -> {
            rig.log.add("attempt " + delivery.attempt());
            throw new IllegalStateException("never");
        });
        rig.send(message("m1", "k"));
        rig.settle();
        DeliveryRig other = rig.another("two");
        other.subscribe("a", delivery -> {
            rig.log.add("elsewhere attempt " + delivery.attempt());
            throw new IllegalStateException("never");
        });
        rig.clock.advance(Duration.ofSeconds(1));
        other.settle();
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.log).containsExactly("attempt 1", "elsewhere attempt 2", "attempt 3");
        assertThat(rig.tables.count(DeadLetterQuery.all())).isOne();
    }
}
