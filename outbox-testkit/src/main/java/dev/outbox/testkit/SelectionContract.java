package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.Message;
import dev.outbox.spi.Fetch;
import dev.outbox.spi.Fetched;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.Reader;
import dev.outbox.spi.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which rows a fetch chooses: limits, exclusions, readers of one destination or key, held rows and bytes. */
abstract class SelectionContract extends FetchContract {
    private static final String KEY = "k";
    private static final int SLOT = Slot.of(KEY);

    @Test
    public void g1_pagingByScannedThroughReadsEveryRowOnce() {
        publish(IntStream.range(0, 50).mapToObj(i -> message(KEY)).toArray(Message[]::new));
        assertThat(page(reader(SLOT, 0, 0, 7), Set.of(), Set.of()))
                .isEqualTo(ids(read(readerOf(KEY, MANY)).rows()));
    }

    @Test
    public void g10_aGeneralReaderPassesOverExcludedDestinations() {
        publish(message("off", KEY), message("on", KEY), message("off", null));
        Fetch fetch = new Fetch(allSlots(), Set.of("off"), Set.of(), List.of(), NO_BYTE_LIMIT);
        List<Fetched.ReaderResult> results = read(fetch).readers();
        assertThat(results.stream().flatMap(result -> result.rows().stream()))
                .extracting(row -> row.stored().message().destination())
                .containsExactly("on");
        assertThat(results).allMatch(result -> result.scannedThrough() == Long.MAX_VALUE);
    }

    @Test
    public void g10_aGeneralReaderPassesOverExcludedKeys() {
        String sameSlot = keyOf(SLOT, 3);
        Message other = message(sameSlot);
        Message otherDestination = message("e", KEY);
        publish(message(KEY), other, message(KEY), otherDestination);
        Fetch fetch =
                new Fetch(List.of(readerOf(KEY, 2)), Set.of(), Set.of(new KeyRef("d", KEY)), List.of(), NO_BYTE_LIMIT);
        assertThat(ids(read(fetch).readers().get(0).rows())).containsExactly(other.id(), otherDestination.id());
    }

    @Test
    public void g10_excludedRowsInFrontDoNotStarveOthers() {
        publish(IntStream.range(0, 100).mapToObj(i -> message("off", KEY)).toArray(Message[]::new));
        Message behind = message("on", KEY);
        publish(behind);
        assertThat(page(reader(SLOT, 0, 0, 3), Set.of("off"), Set.of())).containsExactly(behind.id());
        assertThat(page(reader(SLOT, 0, 0, 3), Set.of(), Set.of(new KeyRef("off", KEY))))
                .containsExactly(behind.id());
    }

    @Test
    public void g10_aReaderOfADestinationReadsItAlsoIfItIsExcluded() {
        Message wanted = message("off", KEY);
        publish(message("on", KEY), wanted, message("off", keyOf(SLOT, 4)));
        Fetch fetch = new Fetch(
                List.of(new Reader(SLOT, 0, 0, MANY, "off", null)),
                Set.of("off"),
                Set.of(new KeyRef("off", keyOf(SLOT, 4)), new KeyRef("on", KEY)),
                List.of(),
                NO_BYTE_LIMIT);
        Fetched.ReaderResult result = read(fetch).readers().get(0);
        assertThat(ids(result.rows()))
                .as("an excluded key of it is passed over")
                .containsExactly(wanted.id());
        assertThat(result.scannedThrough()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    public void g10_aReaderOfAKeyReadsItAlsoIfItIsExcluded() {
        Message wanted = message(KEY);
        publish(message(keyOf(SLOT, 5)), message("e", KEY), wanted);
        Fetch fetch = new Fetch(
                List.of(new Reader(SLOT, 0, 0, MANY, "d", KEY)),
                Set.of("d"),
                Set.of(new KeyRef("d", KEY)),
                List.of(),
                NO_BYTE_LIMIT);
        assertThat(ids(read(fetch).readers().get(0).rows())).containsExactly(wanted.id());
    }

    @Test
    public void aFilteredReaderIsLimitedLikeAllOthers() {
        publish(IntStream.range(0, 9)
                .mapToObj(i -> message(i % 3 == 0 ? "d" : "e", KEY))
                .toArray(Message[]::new));
        assertThat(page(new Reader(SLOT, 0, 0, 2, "d", null), Set.of(), Set.of()))
                .hasSize(3);
        assertThat(read(new Reader(SLOT, 0, 0, 2, "d", KEY)).rows()).hasSize(2);
    }

    @Test
    public void g1_heldRowsHideNoOthers() {
        publish(IntStream.range(0, 6).mapToObj(i -> message(KEY)).toArray(Message[]::new));
        List<Long> all = positions(read(readerOf(KEY, MANY)).rows());
        List<Long> held = List.of(all.get(0), all.get(2), all.get(4));
        Fetch fetch = new Fetch(List.of(reader(SLOT, 0, all.get(3), MANY)), Set.of(), Set.of(), held, NO_BYTE_LIMIT);
        Fetched.ReaderResult result = read(fetch).readers().get(0);
        assertThat(positions(result.rows())).contains(all.get(1), all.get(3), all.get(5));
        assertThat(result.scannedThrough()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    public void g12_payloadsAreLoadedUpToTheByteLimitAndOneAtLeast() {
        publish(ofSize(KEY, 400), ofSize(KEY, 400), ofSize(KEY, 400));
        List<Long> all = positions(read(readerOf(KEY, MANY)).rows());
        Fetched.ReaderResult two = readWithBytes(900);
        assertThat(positions(two.rows())).isEqualTo(all.subList(0, 2));
        assertThat(two.scannedThrough()).isBetween(all.get(1), all.get(2) - 1);
        assertThat(positions(readWithBytes(1).rows())).isEqualTo(all.subList(0, 1));
        assertThat(positions(readWithBytes(1_200).rows())).isEqualTo(all);
    }

    @Test
    public void g10_theByteLimitLeavesOneRowToEveryReader() {
        for (int slot = 0; slot < 3; slot++) {
            publish(ofSize(keyOf(slot, 0), 400), ofSize(keyOf(slot, 0), 400), ofSize(keyOf(slot, 0), 400));
        }
        Fetch fetch = new Fetch(
                List.of(reader(0, 0, 0, 9), reader(1, 0, 0, 9), reader(2, 0, 0, 9)),
                Set.of(),
                Set.of(),
                List.of(),
                800);
        Fetched fetched = read(fetch);
        assertThat(fetched.readers()).allMatch(result -> !result.rows().isEmpty());
        int beyondTheFirst = fetched.readers().stream()
                .mapToInt(result -> result.rows().size() - 1)
                .sum();
        assertThat(beyondTheFirst * 400).isLessThanOrEqualTo(800);
    }

    /** Reads on from what was scanned until nothing is left unread. */
    private List<String> page(Reader first, Set<String> destinations, Set<KeyRef> keys) {
        List<String> ids = new ArrayList<>();
        long through = 0;
        for (int pages = 0; through != Long.MAX_VALUE; pages++) {
            assertThat(pages).as("pages").isLessThan(200);
            Reader reader = new Reader(first.slot(), through, through, first.limit(), first.destination(), first.key());
            Fetched.ReaderResult result = read(new Fetch(List.of(reader), destinations, keys, List.of(), NO_BYTE_LIMIT))
                    .readers()
                    .get(0);
            assertThat(result.rows()).hasSizeLessThanOrEqualTo(first.limit());
            assertThat(result.scannedThrough())
                    .as("scannedThrough makes progress")
                    .isGreaterThan(through);
            ids.addAll(ids(result.rows()));
            through = result.scannedThrough();
        }
        return ids;
    }

    private Fetched.ReaderResult readWithBytes(long maxBytes) {
        return read(new Fetch(List.of(readerOf(KEY, MANY)), Set.of(), Set.of(), List.of(), maxBytes))
                .readers()
                .get(0);
    }

    private static List<Reader> allSlots() {
        return IntStream.range(0, Slot.COUNT)
                .mapToObj(slot -> reader(slot, 0, 0, MANY))
                .toList();
    }
}
