package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.Payload;
import dev.outbox.spi.Depth;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.Reader;
import dev.outbox.spi.RowRef;
import dev.outbox.spi.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a fetch sees, and what it says about what it did not see. */
abstract class FetchContract extends LeaseContract {
    private static final String KEY = "k";
    private static final int SLOT = Slot.of(KEY);

    @Test
    public void anEmptyTableLeavesNothingUnread() {
        Fetched.ReaderResult result = read(readerOf(KEY, 10));
        assertThat(result.rows()).isEmpty();
        assertThat(result.scannedThrough()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    public void g5_aMessageComesBackAsItWasPublished() {
        byte[] everyByte = new byte[256];
        IntStream.range(0, everyByte.length).forEach(i -> everyByte[i] = (byte) i);
        Message cause = Message.to("causes").text("cause");
        Message full = Message.to("Ziel.ß-1")
                .id("own id/ü")
                .key("Key ' \" \\ % _ ö 漢字 🙂")
                .type("TypeOf")
                .header("b-header", "second ' \" \\ : = ; , ä 🙂")
                .header("a-header", "")
                .notBefore(Instant.parse("2020-02-03T04:05:06.789Z"))
                .causedBy(cause)
                .payload("application/x-test; a=b", Payload.of(everyByte));
        Message plain = Message.to("d").payload("text/plain", Payload.empty());
        publish(full, plain);
        assertThat(pending(full).stored().message()).isEqualTo(full);
        assertThat(pending(full).stored().message().headers().asMap().keySet()).containsExactly("b-header", "a-header");
        assertThat(pending(plain).stored().message()).isEqualTo(plain);
    }

    @Test
    public void g5_aLargePayloadComesBackAsItWasPublished() {
        byte[] bytes = new byte[1_000_000];
        IntStream.range(0, bytes.length).forEach(i -> bytes[i] = (byte) (i * 31 + i / 251));
        Message large = Message.to("d").key(KEY).bytes(bytes);
        publish(large);
        assertThat(pending(large).stored().message()).isEqualTo(large);
    }

    @Test
    public void aRowStandsInTheSlotOfItsKeyOrElseOfItsId() {
        Message keyed = message(KEY);
        Message keyless = message("d", null);
        publish(keyed, keyless);
        assertThat(row(keyed).slot()).isEqualTo(Slot.of(KEY));
        assertThat(row(keyless).slot()).isEqualTo(Slot.of(keyless.id()));
        assertThat(row(keyless).id()).isEqualTo(keyless.id());
    }

    @Test
    public void g3_positionsAscendInTheOrderOfPublishing() {
        Message[] messages = IntStream.range(0, 20).mapToObj(i -> message(KEY)).toArray(Message[]::new);
        publish(messages[0]);
        publish(Arrays.copyOfRange(messages, 1, 19));
        publish(messages[19]);
        List<Fetched.Row> rows = read(readerOf(KEY, MANY)).rows();
        assertThat(ids(rows))
                .containsExactly(Arrays.stream(messages).map(Message::id).toArray(String[]::new));
        assertThat(positions(rows)).isSorted().doesNotHaveDuplicates();
    }

    @Test
    public void g1_whatIsNotCommittedIsNotSeen() {
        PublishingTransaction transaction = begin();
        Message message = message(KEY);
        transaction.publish(message);
        assertThat(pendingIds()).isEmpty();
        commit(transaction, message);
        assertThat(pendingIds()).containsExactly(message.id());
    }

    @Test
    public void g1_whatWasRolledBackIsNeverSeen() {
        PublishingTransaction transaction = begin();
        transaction.publish(message(KEY));
        transaction.rollback();
        assertThat(pendingIds()).isEmpty();
    }

    @Test
    public void g3_aRowThatBecomesVisibleLateIsReadBelowTheCursor() {
        PublishingTransaction slow = begin();
        Message late = message(KEY);
        slow.publish(late);
        Message early = message(KEY);
        publish(early);
        long cursor = positions(read(readerOf(KEY, 1)).rows()).get(0);
        commit(slow, late);
        List<Fetched.Row> rows = read(reader(SLOT, 0, cursor, 1)).rows();
        assertThat(ids(rows)).containsExactly(late.id(), early.id());
    }

    @Test
    public void g1_theHorizonStaysBelowEveryPositionThatCanStillAppear() {
        publish(message(KEY));
        PublishingTransaction slow = begin();
        Message late = message(KEY);
        slow.publish(late);
        long highest = 0;
        for (int i = 0; i < 5; i++) {
            publish(message(KEY));
            highest = Math.max(highest, read(fetch(readerOf(KEY, MANY))).horizon());
            passTime(SHORT);
        }
        commit(slow, late);
        assertThat(highest).isLessThan(row(late).position());
    }

    @Test
    public void g3_aReaderReadsItsSlotAlone() {
        Message here = message(KEY);
        Message elsewhere = message(keyOf((SLOT + 1) % Slot.COUNT, 0));
        publish(elsewhere, here);
        assertThat(ids(read(readerOf(KEY, MANY)).rows())).containsExactly(here.id());
    }

    @Test
    public void eachReaderHasItsResultInTheirOrder() {
        Message first = message(keyOf(1, 0));
        Message second = message(keyOf(2, 0));
        publish(second, first);
        Fetched fetched = read(fetch(reader(2, 0, 0, 5), reader(3, 0, 0, 5), reader(1, 0, 0, 5)));
        assertThat(fetched.readers().stream().map(result -> ids(result.rows())))
                .containsExactly(List.of(second.id()), List.of(), List.of(first.id()));
    }

    @Test
    public void g1_everyRowBetweenHeldOnesIsRead() {
        publish(IntStream.range(0, 500).mapToObj(i -> message(KEY)).toArray(Message[]::new));
        List<Long> all = positions(read(readerOf(KEY, MANY)).rows());
        List<Long> held = every(2, all);
        List<Long> others = all.stream().filter(at -> !held.contains(at)).toList();
        for (long cursor : List.of(0L, all.get(250), all.get(499))) {
            Fetch fetch = new Fetch(List.of(reader(SLOT, 0, cursor, MANY)), Set.of(), Set.of(), held, NO_BYTE_LIMIT);
            Fetched.ReaderResult result = read(fetch).readers().get(0);
            assertThat(positions(result.rows())).as("with cursor %d", cursor).isEqualTo(others);
        }
    }

    private static List<Long> every(int nth, List<Long> positions) {
        return IntStream.range(0, positions.size())
                .filter(i -> i % nth == 0)
                .mapToObj(positions::get)
                .toList();
    }

    /** A store may bring them a few at a time; nothing that follows comes before them. All slots are read, as a relay does. */
    @Test
    public void g3_manyRowsThatBecomeVisibleLateAreReadInOrder() {
        PublishingTransaction slow = begin();
        Message[] late = IntStream.range(0, 1_200).mapToObj(i -> message(KEY)).toArray(Message[]::new);
        slow.publish(late);
        Message early = message(KEY);
        publish(early);
        long cursor = positions(read(readerOf(KEY, 1)).rows()).get(0);
        Message last = message(KEY);
        publish(last);
        commit(slow, late);
        Stream<Message> expected = Stream.concat(Arrays.stream(late), Stream.of(early, last));
        assertThat(broughtBelow(cursor)).isEqualTo(expected.map(Message::id).toList());
    }

    /** The ids of all rows of the slot, read a few at a time with this cursor, as a relay does that holds what it has read. */
    protected final List<String> broughtBelow(long cursor) {
        List<String> brought = new ArrayList<>();
        List<Long> held = new ArrayList<>();
        for (boolean more = true; more; ) {
            Reader[] readers = IntStream.range(0, Slot.COUNT)
                    .mapToObj(slot -> reader(slot, 0, slot == SLOT ? cursor : 0, 4))
                    .toArray(Reader[]::new);
            Fetch fetch = new Fetch(List.of(readers), Set.of(), Set.of(), List.copyOf(held), NO_BYTE_LIMIT);
            Fetched.ReaderResult result = read(fetch).readers().get(SLOT);
            brought.addAll(ids(result.rows()));
            held.addAll(positions(result.rows()));
            more = !result.rows().isEmpty();
        }
        return brought;
    }

    @Test
    public void rowsAtOrBelowTheFloorAreNotRead() {
        publish(message(KEY), message(KEY), message(KEY));
        List<Long> all = positions(read(readerOf(KEY, MANY)).rows());
        List<Fetched.Row> rows =
                read(reader(SLOT, all.get(1), all.get(1), MANY)).rows();
        assertThat(positions(rows)).containsExactly(all.get(2));
    }

    @Test
    public void g3_noLimitAppliesUpToTheCursor() {
        publish(IntStream.range(0, 8).mapToObj(i -> message(KEY)).toArray(Message[]::new));
        List<Long> all = positions(read(readerOf(KEY, MANY)).rows());
        Fetched.ReaderResult result = read(reader(SLOT, 0, all.get(5), 1));
        assertThat(positions(result.rows())).isEqualTo(all.subList(0, 7));
        assertThat(result.scannedThrough()).isBetween(all.get(6), all.get(7) - 1);
    }

    @Test
    public void g1_scannedThroughStopsBeforeTheFirstRowLeftUnread() {
        publish(IntStream.range(0, 5).mapToObj(i -> message(KEY)).toArray(Message[]::new));
        List<Long> all = positions(read(readerOf(KEY, MANY)).rows());
        Fetched.ReaderResult result = read(readerOf(KEY, 3));
        assertThat(positions(result.rows())).isEqualTo(all.subList(0, 3));
        assertThat(result.scannedThrough()).isBetween(all.get(2), all.get(3) - 1);
    }

    @Test
    public void nothingLeftUnreadIsSaidAsSuch() {
        publish(message(KEY), message(KEY));
        assertThat(read(readerOf(KEY, 3)).scannedThrough()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    public void g3_aRowIsBlockedWhileABlockingRowOfItsKeyIsParked() {
        Message first = message(KEY);
        Message second = message(KEY);
        publish(first);
        RowRef parked = row(first);
        settle(retry(parked, LONG));
        publish(second, message("e", KEY), message(keyOf(SLOT, 6)), message("d", null));
        assertThat(blockedIds()).containsExactly(second.id());
        completeForGood(parked);
        assertThat(blockedIds()).isEmpty();
    }

    @Test
    public void g3_keysDifferInCaseAccentCompositionAndTrailingSpace() {
        Message first = message("Clé");
        publish(first, message("clé"), message("Cle"), message("Clé "), message("Cle\u0301"), message("D", "Clé"));
        settle(retry(row(first), LONG));
        assertThat(blockedIds()).isEmpty();
        assertThat(read(new Reader(Slot.of("Clé "), 0, 0, MANY, "d", "Clé ")).rows())
                .hasSize(1);
    }

    @Test
    public void g3_aScheduledRowDoesNotBlockItsKey() {
        Message tomorrow = Message.to("d")
                .key(KEY)
                .notBefore(Instant.parse("2999-01-01T00:00:00Z"))
                .text("");
        publish(tomorrow);
        settle(scheduled(row(tomorrow)));
        publish(message(KEY));
        assertThat(blockedIds()).isEmpty();
    }

    @Test
    public void aRowIsScheduledWhileItsTimeLiesAhead() {
        Message tomorrow = Message.to("d")
                .key(KEY)
                .notBefore(Instant.parse("2999-01-01T00:00:00Z"))
                .text("");
        Message yesterday = Message.to("d")
                .key(KEY)
                .notBefore(Instant.parse("2001-01-01T00:00:00Z"))
                .text("");
        Message now = message(KEY);
        publish(tomorrow, yesterday, now);
        assertThat(pending(tomorrow).scheduled()).isTrue();
        assertThat(pending(yesterday).scheduled()).isFalse();
        assertThat(pending(now).scheduled()).isFalse();
    }

    @Test
    public void theIncarnationStaysWhileTheServerDoes() {
        String incarnation = read(fetch(readerOf(KEY, 1))).incarnation();
        publish(message(KEY));
        assertThat(read(fetch(readerOf(KEY, 1))).incarnation()).isEqualTo(incarnation);
    }

    @Test
    public void depthCountsUpToItsBound() {
        assertThat(store().depth(5).oldestPending()).isNull();
        publish(message(KEY), message(KEY), message(KEY), message("other"), message("third"));
        settle(retry(rowOf("other"), LONG), bury(rowOf("third")));
        passTime(SHORT);
        Depth depth = store().depth(100);
        assertThat(List.of(depth.pending(), depth.parked(), depth.dead())).containsExactly(3L, 1L, 1L);
        assertThat(depth.oldestPending()).isBetween(SHORT, Duration.ofHours(2));
        assertThat(store().depth(2).pending()).isEqualTo(2);
        assertThat(store().depth(2).bound()).isEqualTo(2);
    }

    @Test
    public void aHintComesWithEveryPublicationUntilItIsTakenBack() {
        AtomicInteger hints = new AtomicInteger();
        var registration = store().onPublish(hints::incrementAndGet);
        publish(message(KEY));
        assertThat(hints).hasPositiveValue();
        registration.close();
        hints.set(0);
        publish(message(KEY));
        assertThat(hints).hasValue(0);
    }

    private RowRef rowOf(String key) {
        return read(readerOf(key, MANY)).rows().stream()
                .filter(row -> row.stored().message().key().orElseThrow().equals(key))
                .findFirst()
                .orElseThrow()
                .stored()
                .row();
    }

    private List<String> blockedIds() {
        return ids(readAll().stream().filter(Fetched.Row::blocked).toList());
    }

    static List<Long> positions(List<Fetched.Row> rows) {
        return rows.stream().map(row -> row.stored().row().position()).toList();
    }
}
