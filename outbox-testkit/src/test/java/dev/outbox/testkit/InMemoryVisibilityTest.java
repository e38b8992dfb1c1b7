package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.Message;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Reader;
import dev.outbox.spi.StoredMessage;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the in-memory tables do beyond the contract, for simulations. */
class InMemoryVisibilityTest {
    private final InMemoryStore store = new InMemoryStore(new ManualClock());

    private static Message message() {
        return Message.to("d").key("k").text("t");
    }

    private Fetched fetch() {
        Reader reader = new Reader(0, 0, 0, 1, null, null);
        return store.fetch(new Fetch(List.of(reader), Set.of(), Set.of(), List.of(), 1));
    }

    private List<Long> positions() {
        return store.pending().stream().map(row -> row.row().position()).toList();
    }

    @Test
    void positionsAreTakenAtTheInsertAndLeftUnusedByARollback() {
        InMemoryStore.Transaction slow = store.begin();
        slow.publish(message(), message());
        store.publish(message());
        InMemoryStore.Transaction undone = store.begin();
        undone.publish(message());
        undone.rollback();
        assertThat(slow.rows()).extracting(row -> row.row().position()).containsExactly(1L, 2L);
        assertThat(positions()).containsExactly(3L);
        slow.commit();
        store.publish(message());
        assertThat(positions()).containsExactly(1L, 2L, 3L, 5L);
    }

    @Test
    void theHorizonIsTheLargestPositionBelowWhichNobodyIsOpen() {
        store.publish(message());
        InMemoryStore.Transaction slow = store.begin();
        assertThat(fetch().horizon()).as("holds no position yet").isEqualTo(1);
        slow.publish(message());
        store.publish(message());
        assertThat(fetch().horizon()).isEqualTo(1);
        slow.rollback();
        assertThat(fetch().horizon()).isEqualTo(3);
    }

    @Test
    void theHorizonLagsBehindWhenAsked() {
        store.publish(message(), message(), message());
        store.horizonLag(2);
        assertThat(fetch().horizon()).isEqualTo(1);
        store.horizonLag(9);
        assertThat(fetch().horizon()).isZero();
        assertThatThrownBy(() -> store.horizonLag(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRestartRollsBackAndHasAnotherName() {
        String before = fetch().incarnation();
        InMemoryStore.Transaction open = store.begin();
        open.publish(message());
        store.restart();
        assertThat(fetch().incarnation()).isNotEqualTo(before);
        assertThat(store.pending()).isEmpty();
        assertThatThrownBy(open::commit).isInstanceOf(IllegalStateException.class);
        assertThat(fetch().horizon()).as("the position stays unused").isEqualTo(1);
    }

    @Test
    void positionsBeginAnewAfterTheyWereLost() {
        store.publish(message(), message(), message());
        List<StoredMessage> rows = store.pending();
        store.complete(List.of(rows.get(1).row(), rows.get(2).row()));
        store.restartWithPositionsLost();
        store.publish(message());
        assertThat(positions()).containsExactly(1L, 2L);
        store.complete(List.of(rows.get(1).row()));
        assertThat(positions()).as("a late completion of the former row").containsExactly(1L, 2L);
    }

    @Test
    void anEndedTransactionPublishesNothing() {
        InMemoryStore.Transaction ended = store.begin();
        ended.commit();
        assertThatThrownBy(() -> ended.publish(message())).isInstanceOf(IllegalStateException.class);
        ended.rollback();
        assertThat(store.pending()).isEmpty();
    }

    @Test
    void hintsComeAfterTheCommitWithNoLockHeld() {
        InMemoryStore.Transaction transaction = store.begin();
        int[] seen = {0};
        store.onPublish(() -> {
            assertThat(Thread.holdsLock(store)).isFalse();
            seen[0] += store.pending().size();
        });
        transaction.publish(message());
        assertThat(seen[0]).isZero();
        transaction.commit();
        assertThat(seen[0]).isEqualTo(1);
    }
}
