package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Change;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Heartbeat;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.ParkReason;
import dev.outbox.spi.Reader;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Settlement;
import dev.outbox.spi.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** G12: what the relay changes at a time may be more than the server takes in one packet, 16 MiB by default: ten thousand failures with the longest texts are 20 MB. */
class MariaDbLargeStatementsIT {
    private static final int ROWS = 10_000;
    private static final String KEY = "k";
    private static final int SLOT = Slot.of(KEY);
    private static final String ERROR = "\\".repeat(FailureText.MAX_LENGTH);

    @RegisterExtension
    final MariaDbDatabase database = new MariaDbDatabase();

    private final JdbcOutbox outbox = database.outbox();
    private final OutboxStore store = outbox.store();

    private List<RowRef> publish() {
        List<Message> messages = IntStream.range(0, ROWS)
                .mapToObj(i -> Message.to("d").key(KEY).text("x"))
                .toList();
        outbox.transaction(tx -> {
            outbox.publish(tx, messages);
            return true;
        });
        Reader reader = new Reader(SLOT, 0, 0, ROWS, null, null);
        Fetched fetched = store.fetch(new Fetch(List.of(reader), Set.of(), Set.of(), List.of(), 1 << 30));
        return fetched.readers().get(0).rows().stream()
                .map(row -> row.stored().row())
                .toList();
    }

    private void settle(List<RowRef> rows, Function<RowRef, Change> change) {
        long epoch = store.heartbeat(new Heartbeat("a", Duration.ofHours(1), Map.of(), Set.of(SLOT), Map.of()))
                .leases()
                .get(SLOT)
                .epoch();
        Set<Integer> lost = store.settle(new Settlement(
                "a", Map.of(SLOT, epoch), rows.stream().map(change).toList()));
        assertThat(lost).isEmpty();
    }

    @Test
    void g8_thousandsOfFailuresWithLongTextsAreParkedAndRescheduled() {
        List<RowRef> rows = publish();
        settle(rows, row -> new Change.Park(row, ParkReason.RETRY, 1, Duration.ZERO, ERROR));
        assertThat(database.count("outbox_parked")).isEqualTo(ROWS);
        assertThat(database.count("outbox_message")).isZero();
        settle(rows, row -> new Change.Reschedule(row, ParkReason.RETRY, 2, Duration.ofHours(1), ERROR));
        assertThat(database.number("SELECT COUNT(*) FROM " + database.table("outbox_parked")
                        + " WHERE attempts = 2 AND CHAR_LENGTH(last_error) = " + ERROR.length()))
                .isEqualTo(ROWS);
    }

    @Test
    void g9_thousandsOfRejectionsWithLongTextsBecomeDeadLettersInOrder() {
        settle(publish(), row -> new Change.Bury(row, DeadReason.REJECTED, 1, ERROR));
        assertThat(database.count("outbox_message")).isZero();
        assertThat(outbox.deadLetters()
                        .list(dev.outbox.spi.DeadLetterQuery.all().limit(2)))
                .allSatisfy(letter -> assertThat(letter.error()).isEqualTo(ERROR));
        assertThat(database.count("outbox_dead_letter")).isEqualTo(ROWS);
    }
}
