package dev.outbox.internal.delivery;

import static dev.outbox.internal.delivery.DeliveryRig.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Delivery;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DeliveryCrashTest {
    private final DeliveryRig first = new DeliveryRig();
    private final List<String> log = new ArrayList<>();
    private final Set<String> failing = new TreeSet<>();

    private void handle(Delivery delivery) {
        log.add(delivery.message().id() + " attempt " + delivery.attempt());
        if (failing.contains(delivery.message().id())) {
            throw new IllegalStateException("not yet");
        }
    }

    /** Parks the messages, by failing them once. */
    private void park(String... ids) {
        failing.addAll(List.of(ids));
        first.subscribe("a", this::handle);
        for (String id : ids) {
            first.send(message(id, id));
        }
        first.settle();
        failing.clear();
        log.clear();
        first.clock.advance(Duration.ofSeconds(1));
    }

    /** A process of the same name that starts after the one before was killed. */
    private DeliveryRig successor() {
        DeliveryRig next = first.another(first.instance);
        next.subscribe("a", this::handle);
        return next;
    }

    @Test
    void g8_aCrashWhileClaimedIsNotChargedTheFirstTimeAndIsFromTheSecondOn() {
        park("m1");
        first.settleWithoutHandlers();
        DeliveryRig second = successor();
        second.settleWithoutHandlers();
        DeliveryRig third = successor();
        third.settle();
        assertThat(log).containsExactly("m1 attempt 3");
        assertThat(third.tables.count(DeadLetterQuery.all())).isZero();
    }

    @Test
    void g8_whatEndsTheProcessEachTimeBecomesADeadLetter() {
        park("m1");
        first.settleWithoutHandlers();
        for (int crash = 1; crash <= 2; crash++) {
            DeliveryRig next = successor();
            next.settleWithoutHandlers();
            assertThat(next.handlers.size()).as("alone after crash " + crash).isOne();
        }
        DeliveryRig last = successor();
        last.settle();
        assertThat(log).isEmpty();
        assertThat(first.tables.list(DeadLetterQuery.all())).singleElement().satisfies(dead -> {
            assertThat(dead.reason()).isEqualTo(DeadReason.PROCESS_ENDED);
            assertThat(dead.attempts()).isEqualTo(3);
        });
    }

    @Test
    void twentyKillsWithManyUnderWayMakeNoDeadLetter() {
        park("m1", "m2", "m3", "m4");
        first.settleWithoutHandlers();
        for (int kill = 0; kill < 20; kill++) {
            DeliveryRig next = successor();
            next.settleWithoutHandlers();
            assertThat(next.handlers.size()).as("a suspect alone").isOne();
            next.settle();
            claimFourMore(next);
        }
        assertThat(first.tables.count(DeadLetterQuery.all())).isZero();
    }

    /** New failures, claimed together when the next kill comes. */
    private void claimFourMore(DeliveryRig process) {
        failing.addAll(List.of("n1", "n2", "n3", "n4"));
        for (String id : failing) {
            process.send(message(id, id));
        }
        process.settle();
        failing.clear();
        process.clock.advance(Duration.ofSeconds(1));
        process.settleWithoutHandlers();
    }

    @Test
    void aSuspectRunsAloneAndOthersWaitForIt() {
        park("m1", "m2");
        first.settleWithoutHandlers();
        DeliveryRig next = successor();
        next.send(message("f1", null));
        next.settleWithoutHandlers();
        assertThat(next.handlers.size()).isOne();
        next.send(message("f2", null));
        next.settleWithoutHandlers();
        assertThat(next.handlers.size()).isOne();
        next.settle();
        assertThat(log).contains("m1 attempt 2", "m2 attempt 2", "f1 attempt 1", "f2 attempt 1");
    }

    @Test
    void g10_aHandlerThatHangsDoesNotKeepASuspectAndTheOthersWaitingForEver() {
        park("m1");
        first.settleWithoutHandlers();
        DeliveryRig next = first.another("two");
        next.subscribe("a", this::handle);
        next.send(message("hangs", null));
        next.settleWithoutHandlers();
        next.passWithoutHandlers(first.options.claim().plusSeconds(3)); // the first one's claim runs out
        next.send(message("f1", null));
        next.settleWithoutHandlers();
        assertThat(next.handlers.size()).as("only what hangs").isOne();
        next.passWithoutHandlers(first.options.claim());
        assertThat(next.handlers.size()).as("the suspect too").isEqualTo(2);
        next.passWithoutHandlers(first.options.claim());
        assertThat(next.handlers.size()).as("and the others").isEqualTo(3);
    }

    @Test
    void aKilledProcessLosesNothingThatWasParkedAndTheNextOneClaimsItAtOnce() {
        park("m1", "m2", "m3");
        first.settleWithoutHandlers();
        DeliveryRig next = successor();
        next.settle();
        assertThat(log).containsExactlyInAnyOrder("m1 attempt 2", "m2 attempt 2", "m3 attempt 2");
        assertThat(next.tables.nextDueNanos(List.of("a"))).isEqualTo(Long.MAX_VALUE);
    }
}
