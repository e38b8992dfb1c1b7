package dev.outbox.examples.orderpipeline.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.examples.orderpipeline.gateway.LedgerEntry.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    private static final LedgerEntry CHARGE = new LedgerEntry(Kind.CHARGE, "R-1", "key", "A-1", 100);
    private static final LedgerEntry REFUND = new LedgerEntry(Kind.REFUND, "R-2", null, "A-1", 100);

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("ledger.jsonl");
    }

    @Test
    void whatWasAppendedIsFoundAgain() throws IOException {
        try (Ledger ledger = Ledger.open(file)) {
            assertThat(ledger.found()).isEmpty();
            ledger.append(CHARGE);
        }
        try (Ledger ledger = Ledger.open(file)) {
            assertThat(ledger.found()).containsExactly(CHARGE);
            ledger.append(REFUND);
        }
        assertThat(Ledger.read(file)).containsExactly(CHARGE, REFUND);
    }

    @Test
    void thereIsNothingInALedgerThatIsNotThere() throws IOException {
        assertThat(Ledger.read(file)).isEmpty();
    }

    @Test
    void aLineThatACrashHasCutShortIsCutOff() throws IOException {
        try (Ledger ledger = Ledger.open(file)) {
            ledger.append(CHARGE);
        }
        Files.writeString(file, "{\"kind\":\"REF", StandardOpenOption.APPEND);

        assertThat(Ledger.read(file)).containsExactly(CHARGE);
        try (Ledger ledger = Ledger.open(file)) {
            ledger.append(REFUND);
        }
        assertThat(Ledger.read(file)).containsExactly(CHARGE, REFUND);
    }

    @Test
    void linesOfManyThreadsDoNotMix() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (Ledger ledger = Ledger.open(file)) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                LedgerEntry entry = new LedgerEntry(Kind.CHARGE, "R-" + i, null, "A-" + i, 1 + i);
                done.add(threads.submit(() -> {
                    ledger.append(entry);
                    return entry;
                }));
            }
            for (Future<?> one : done) {
                one.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(Ledger.read(file))
                .extracting(LedgerEntry::order)
                .doesNotHaveDuplicates()
                .hasSize(200);
    }
}
