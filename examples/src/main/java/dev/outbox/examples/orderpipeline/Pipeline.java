package dev.outbox.examples.orderpipeline;

import dev.outbox.examples.orderpipeline.gateway.GatewayProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
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
    private static final int MOST_MORE = 10;
    private static final int PREFIX_LENGTH = 8;

    private final Settings settings;
    private final DataDirectory directory;
    private final Servers servers;
    private final DatabaseAddress database;
    private final Premises premises;
    private final Console console;

    Pipeline(
            Settings settings,
            DataDirectory directory,
            Servers servers,
            DatabaseAddress database,
            Premises premises,
            Console console) {
        this.settings = settings;
        this.directory = directory;
        this.servers = servers;
        this.database = database;
        this.premises = premises;
        this.console = console;
    }

    /** Works until nothing is left to do. */
    void run() throws IOException, SQLException, InterruptedException {
        directory.forgetOldLedgers(premises);
        Path ledger = directory.ledger(premises);
        try (GatewayProcess gateway = GatewayProcess.start(ledger, settings.faults())) {
            console.line("shop     " + database);
            console.line("gateway  process " + gateway.pid() + " at " + gateway.address() + ", ledger " + ledger);
            try (Work work = start(gateway, settings.input())) {
                watch(work);
                console.intake(work.intake());
            }
            finish(gateway);
        }
    }

    /** What a broker delivered again at the last moment may lie in an inbox now that nobody works any more. */
    private void finish(GatewayProcess gateway) throws IOException, SQLException, InterruptedException {
        for (int more = 0; more < MOST_MORE && premises.deliveriesWait(); more++) {
            try (Work work = start(gateway, Input.NONE)) {
                watch(work);
            }
        }
    }

    private Work start(GatewayProcess gateway, Input input) throws IOException, InterruptedException {
        Optional<BrokerKind> between = settings.transport();
        if (between.isEmpty()) {
            Subscription.Outside outside =
                    new Subscription.Outside(gateway::address, settings.keys(), directory.templates());
            return LocalWork.start(premises.of(Service.ORDERS), outside, input, console::rejected);
        }
        BrokerKind kind = between.get();
        ServiceSettings service = new ServiceSettings(
                Service.ORDERS,
                database,
                kind,
                servers.broker(settings, kind),
                "shop-" + premises.installation().substring(0, PREFIX_LENGTH) + "-",
                gateway.address(),
                settings.keys(),
                directory.templates(),
                input);
        console.line("broker   " + kind + " at " + service.address());
        service.link().declare(Subscription.DESTINATIONS);
        return RemoteWork.start(service, console::rejected, console::line);
    }

    private void watch(Work work) throws SQLException, InterruptedException {
        long busyNanos = System.nanoTime();
        while (true) {
            // Asked before the counts are taken: what is placed after that would be missing in them.
            boolean inputRead = work.inputRead();
            long startNanos = System.nanoTime();
            Counts counts = Counts.read(premises);
            long tookNanos = System.nanoTime() - startNanos;
            work.observe(counts);
            console.progress(counts, work.messagesPerSecond(), inputRead);
            if (inputRead && counts.complete() && !duplicatesMayCome()) {
                return;
            }
            busyNanos = inputRead && isIdle(work, counts) ? busyNanos : System.nanoTime();
            if (System.nanoTime() - busyNanos > QUIET_NANOS) {
                return;
            }
            TimeUnit.NANOSECONDS.sleep(pauseNanos(tookNanos));
        }
    }

    /** A broker delivers again what was under way when a process was killed, and the last of it may come when all is done: only silence tells that. */
    private boolean duplicatesMayCome() {
        return settings.transport().isPresent();
    }

    /** Nothing is under way and nothing will be: what is still open waits for a person, as a dead letter. */
    private boolean isIdle(Work work, Counts counts) {
        return counts.waiting() == 0 && (counts.complete() || !work.busy()) && !premises.deliveriesWait();
    }

    private long pauseNanos(long tookNanos) {
        if (settings.progress().isPresent()) {
            return settings.progress().get().toNanos();
        }
        Duration fit = console.isTerminal() ? PAUSE_ON_TERMINAL : PAUSE_BETWEEN_LINES;
        return Math.max(fit.toNanos(), SHARE_OF_LOOKING * tookNanos);
    }
}
