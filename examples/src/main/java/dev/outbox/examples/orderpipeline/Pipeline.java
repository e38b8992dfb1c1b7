package dev.outbox.examples.orderpipeline;

import dev.outbox.examples.orderpipeline.gateway.GatewayClient;
import dev.outbox.examples.orderpipeline.gateway.GatewayProcess;
import dev.outbox.examples.orderpipeline.notification.Templates;
import dev.outbox.examples.orderpipeline.order.Intake;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * One run: reads the input while the services work, shows how far they are, and returns when nothing is left to do.
 */
final class Pipeline {
    private static final Duration PAUSE_ON_TERMINAL = Duration.ofMillis(200);
    private static final Duration PAUSE_BETWEEN_LINES = Duration.ofSeconds(1);
    // Looking takes at most a tenth of the time, however large the tables have grown, unless a person wants it
    // otherwise.
    private static final int SHARE_OF_LOOKING = 9;
    private static final long QUIET_NANOS = Duration.ofSeconds(2).toNanos();

    private final Settings settings;
    private final DataDirectory directory;
    private final Shop shop;
    private final Console console;

    Pipeline(Settings settings, DataDirectory directory, Shop shop, Console console) {
        this.settings = settings;
        this.directory = directory;
        this.shop = shop;
        this.console = console;
    }

    /** Works until nothing is left to do. */
    void run() throws IOException, SQLException, InterruptedException {
        directory.forgetOldLedgers(shop);
        Path ledger = directory.ledger(shop);
        try (GatewayProcess gateway = GatewayProcess.start(ledger, settings.faults())) {
            console.line("shop     " + settings.database());
            console.line("gateway  process " + gateway.pid() + " at " + gateway.address() + ", ledger " + ledger);
            GatewayClient client = new GatewayClient(gateway::address, settings.keys());
            Intake intake = new Intake(shop, console::rejected);
            try (Services services = Services.start(shop, client, new Templates(directory.templates()))) {
                watch(services, startReading(intake));
            }
            console.intake(intake);
        }
    }

    private CompletableFuture<Void> startReading(Intake intake) {
        return CompletableFuture.runAsync(() -> read(intake), task -> {
            Thread thread = new Thread(task, "intake");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private void read(Intake intake) {
        String source = settings.input().orElse("sample-orders.jsonl");
        try (InputStream input = open()) {
            intake.read(input, source);
        } catch (IOException e) {
            throw new CompletionException("cannot read " + source + ": " + e.getMessage(), e);
        }
    }

    private InputStream open() throws IOException {
        if (settings.input().isEmpty()) {
            return Objects.requireNonNull(Pipeline.class.getResourceAsStream("sample-orders.jsonl"), "sample");
        }
        String input = settings.input().get();
        return input.equals("-") ? System.in : Files.newInputStream(Path.of(input));
    }

    private void watch(Services services, CompletableFuture<Void> reading) throws SQLException, InterruptedException {
        long busyNanos = System.nanoTime();
        while (true) {
            // Asked before the counts are taken: what is placed after that would be missing in them.
            boolean inputRead = reading.isDone();
            long startNanos = System.nanoTime();
            Counts counts = Counts.read(shop);
            long tookNanos = System.nanoTime() - startNanos;
            console.progress(counts, services.messagesPerSecond(), inputRead);
            if (inputRead) {
                reading.join();
            }
            if (inputRead && counts.complete()) {
                return;
            }
            busyNanos = inputRead && isIdle(services, counts) ? busyNanos : System.nanoTime();
            if (System.nanoTime() - busyNanos > QUIET_NANOS) {
                return;
            }
            TimeUnit.NANOSECONDS.sleep(pauseNanos(tookNanos));
        }
    }

    /** Nothing is under way and nothing will be: what is still open waits for a person, as a dead letter. */
    private boolean isIdle(Services services, Counts counts) {
        return counts.waiting() == 0
                && !services.busy()
                && shop.outbox().deliveries().nextDueNanos(Services.NAMES) == Long.MAX_VALUE;
    }

    private long pauseNanos(long tookNanos) {
        if (settings.progress().isPresent()) {
            return settings.progress().get().toNanos();
        }
        Duration fit = console.isTerminal() ? PAUSE_ON_TERMINAL : PAUSE_BETWEEN_LINES;
        return Math.max(fit.toNanos(), SHARE_OF_LOOKING * tookNanos);
    }
}
