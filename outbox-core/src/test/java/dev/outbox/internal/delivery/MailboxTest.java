package dev.outbox.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private final AtomicInteger wakes = new AtomicInteger();
    private final Mailbox mailbox = new Mailbox(wakes::incrementAndGet);

    @Test
    void lettersComeInOrderAndTheFirstWakesTheReader() {
        StringBuilder read = new StringBuilder();
        mailbox.post(() -> read.append("a"));
        mailbox.post(() -> read.append("b"));
        mailbox.takeAll().forEach(Runnable::run);
        assertThat(read).hasToString("ab");
        assertThat(wakes).hasValue(1);
        assertThat(mailbox.takeAll()).isEmpty();
        mailbox.post(() -> read.append("c"));
        assertThat(wakes).hasValue(2);
    }

    @Test
    void aClosedMailboxReturnsWhatIsLeftAndTakesNoMore() {
        assertThat(mailbox.post(() -> {})).isTrue();
        assertThat(mailbox.close()).hasSize(1);
        assertThat(mailbox.post(() -> {})).isFalse();
        assertThat(mailbox.takeAll()).isEmpty();
        assertThat(wakes).hasValue(1);
    }
}
