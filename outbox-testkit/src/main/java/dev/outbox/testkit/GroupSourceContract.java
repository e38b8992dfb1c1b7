package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Incoming;
import dev.outbox.spi.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a {@link Source} has to do besides, whose broker shares groups among processes and takes them from one to give them to another. There have to be two groups
 * at least.
 */
public abstract class GroupSourceContract extends SourceContract {
    private static final int MESSAGES = 40;

    /** As {@link #source()}, one that {@link #kill} can end. */
    protected abstract Source mortal();

    /** Lets the broker see of a {@link #mortal} source what it sees of a process that was killed, and go on to another. */
    protected abstract void kill(Source mortal);

    @Test
    public void g2_aGroupGoesToAnotherWhenWhatRunsHasEndedAndNothingIsLostOrDeliveredTwice() {
        CompletableFuture<Void> drained = new CompletableFuture<>();
        appendOfManyKeys(1);
        Source first = source();
        Recorder one = start(first, drained);
        await("all messages", () -> one.got().size() >= MESSAGES);

        Recorder two = start(source());
        await("a revocation", () -> !one.revoked().isEmpty());
        turns();
        assertThat(two.got()).as("before what runs has ended").isEmpty();
        first.acknowledge(one.got());
        drained.complete(null);

        appendOfManyKeys(2);
        await("the second half", () -> one.got().size() + two.got().size() >= 2 * MESSAGES);
        List<String> all = Stream.concat(one.ids().stream(), two.ids().stream()).toList();
        assertThat(all).hasSize(2 * MESSAGES).doesNotHaveDuplicates();
        assertThat(two.ids()).isNotEmpty().allMatch(id -> id.startsWith("2-"));
        assertThat(two.got()).noneMatch(Incoming::redelivered);
    }

    @Test
    public void g8_whatAKilledProcessHadUnderWayIsMarkedAndItsOwnWordCountsForNothing() {
        for (int i = 1; i <= 10; i++) {
            append(message(i));
        }
        Source first = mortal();
        Recorder before = start(first);
        await("10 messages", () -> before.got().size() >= 10);
        CompletableFuture<Void> durable = new CompletableFuture<>();
        first.acknowledge(before.got().subList(0, 4), () -> durable.complete(null));
        await("the acknowledgement", durable::isDone);
        kill(first);

        Source second = source();
        Recorder after = start(second);
        await("the other 6 messages", () -> after.got().size() >= 6);
        assertThat(after.ids()).containsExactlyElementsOf(ids(5, 10));
        assertThat(after.got()).allMatch(Incoming::redelivered);

        first.acknowledge(before.got());
        second.close();
        Recorder third = start(source());
        await("the 6 messages once more", () -> third.got().size() >= 6);
        assertThat(third.ids()).containsExactlyElementsOf(ids(5, 10));
    }

    @Test
    public void g8_afterAnOrderlyEndNothingIsMarked() {
        for (int i = 1; i <= 10; i++) {
            append(message(i));
        }
        Source first = source();
        Recorder before = start(first);
        await("10 messages", () -> before.got().size() >= 10);
        first.close();
        Recorder after = start(source());
        await("10 messages again", () -> after.got().size() >= 10);
        assertThat(after.got()).noneMatch(Incoming::redelivered);
    }

    @Test
    public void aTokenIsNotUsedAgainWhenAGroupComesBack() {
        appendOfManyKeys(1);
        Source first = source();
        Recorder one = start(first);
        await("all messages", () -> one.got().size() >= MESSAGES);
        Source second = source();
        Recorder two = start(second);
        await("a group has gone", () -> !two.got().isEmpty());
        second.close();
        await(
                "the group is back, and what is not finished",
                () -> one.got().size() >= MESSAGES + two.got().size());
        assertThat(one.got()).extracting(Incoming::token).doesNotHaveDuplicates();
    }

    private void appendOfManyKeys(int half) {
        List<Message> messages = new ArrayList<>();
        for (int i = 1; i <= MESSAGES; i++) {
            messages.add(
                    Message.to("orders").id(half + "-" + i).key("key-" + i % 20).text("x"));
        }
        messages.forEach(this::append);
    }
}
