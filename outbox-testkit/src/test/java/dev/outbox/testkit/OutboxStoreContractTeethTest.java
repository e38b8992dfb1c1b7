package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.outbox.Message;
import dev.outbox.spi.Change;
import dev.outbox.spi.DueFetch;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.ParkReason;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Settlement;
import dev.outbox.spi.StoredMessage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Stores that are broken in one place each: the contract suite must catch every one of them. */
class OutboxStoreContractTeethTest {
    @TestFactory
    Stream<DynamicTest> everyMutantIsCaught() {
        return BrokenStores.MUTANTS.entrySet().stream()
                .map(mutant -> dynamicTest(
                        "a store that " + mutant.getKey(),
                        () -> assertThat(ContractRun.failures(() -> new Suite(mutant.getValue())))
                                .as("failed tests")
                                .isNotEmpty()));
    }

    @Test
    void aSoundStoreIsNot() {
        assertThat(ContractRun.failures(() -> new Suite(InMemoryStore::new))).isEmpty();
    }

    @Test
    void aStoreThatShowsUncommittedRowsIsCaught() {
        assertThat(ContractRun.failures(() -> new Suite(InMemoryStore::new) {
                    @Override
                    protected PublishingTransaction begin() {
                        return new DirtyTransaction(store);
                    }
                }))
                .contains("g1_whatIsNotCommittedIsNotSeen", "g1_whatWasRolledBackIsNeverSeen");
    }

    @Test
    void strandedRowsAreReleased() {
        InMemoryStore store = new InMemoryStore(new ManualClock()) {
            @Override
            protected void promote(KeyRef key) {}
        };
        store.publish(
                Message.to("d").key("k").text("1"), Message.to("d").key("k").text("2"));
        List<RowRef> rows = store.pending().stream().map(StoredMessage::row).toList();
        Set<Integer> slots = Set.of(rows.get(0).slot());
        store.heartbeat(new Heartbeat("a", Duration.ofHours(1), Map.of(), slots, Map.of()));
        List<Change> changes = List.of(
                new Change.Park(rows.get(0), ParkReason.RETRY, 1, Duration.ZERO, ""),
                new Change.Park(rows.get(1), ParkReason.BEHIND, 0, Duration.ZERO, ""));
        store.settle(new Settlement("a", Map.of(rows.get(0).slot(), 1L), changes));
        store.complete(List.of(rows.get(0)));
        assertThat(store.fetchDue(new DueFetch(slots, 9, 9, Map.of(), 1_000)).due())
                .isEmpty();
        assertThat(store.releaseStranded(slots)).isEqualTo(1);
        assertThat(store.fetchDue(new DueFetch(slots, 9, 9, Map.of(), 1_000)).due())
                .hasSize(1);
        assertThat(store.releaseStranded(slots)).isZero();
    }

    private static class Suite extends OutboxStoreContract {
        private final ManualClock clock = new ManualClock();
        final InMemoryStore store;

        Suite(Function<InstantSource, InMemoryStore> mutant) {
            this.store = mutant.apply(clock);
        }

        @Override
        protected OutboxStore store() {
            return store;
        }

        @Override
        protected PublishingTransaction begin() {
            return store.begin();
        }

        @Override
        protected void passTime(Duration time) {
            clock.advance(time);
        }
    }

    private record DirtyTransaction(InMemoryStore store) implements PublishingTransaction {
        @Override
        public void publish(Message... messages) {
            store.publish(messages);
        }

        @Override
        public void commit() {}

        @Override
        public void rollback() {}
    }
}
