package dev.outbox.faults.pipeline;

import static org.awaitility.Awaitility.await;

import dev.outbox.testservers.ChildJvm;
import dev.outbox.testservers.Database;
import dev.outbox.testservers.PostgresServer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/** A database, a broker of its own, and relays and consumers as processes. */
final class Pipeline implements AutoCloseable {
    static final Duration BOUND = Duration.ofSeconds(60);
    static final String CONSUMER = "shipping";
    static final String RELAY = "relay";
    static final Duration CLAIM = Duration.ofSeconds(2);
    private static final int SIGTERM_EXIT = 143;

    final RunningBroker broker;
    final Books books;
    final Setup setup;
    private final Database database;
    private final Map<String, ChildJvm> processes = new LinkedHashMap<>();

    Pipeline(Broker kind, String... consumers) {
        broker = kind.start();
        database = PostgresServer.shared().createDatabase();
        Place place = Place.of(database);
        books = new Books(place);
        broker.create(Messages.DESTINATION, consumers.length == 0 ? new String[] {CONSUMER} : consumers);
        setup = new Setup("test", CONSUMER, kind, broker.address(), place, place, 4, CLAIM, Mistake.NONE);
    }

    /** Starts a relay, in place of one that has ended; returns when it runs. */
    ChildJvm startRelay() {
        return start(RELAY, setup.instance(RELAY).child(RelayMain.class));
    }

    /** Starts a consumer, in place of one of the same instance that has ended. */
    ChildJvm startConsumer(Setup of) {
        return start(of.consumer() + "/" + of.instance(), of.child(ConsumerMain.class));
    }

    ChildJvm startConsumer(String instance) {
        return startConsumer(setup.instance(instance));
    }

    private ChildJvm start(String name, ChildJvm.Builder builder) {
        ChildJvm child = builder.start();
        ChildJvm before = processes.put(name, child);
        if (before != null) {
            before.close();
        }
        return child;
    }

    static void awaitStarted(ChildJvm child) {
        child.awaitLine("started"::equals, BOUND);
    }

    ChildJvm relay() {
        return process(RELAY);
    }

    ChildJvm consumer(String instance) {
        return process(CONSUMER + "/" + instance);
    }

    private ChildJvm process(String name) {
        return Objects.requireNonNull(processes.get(name), name);
    }

    /** Tells a process to end, as an orderly deployment does, and waits until it has. */
    static void end(ChildJvm child) {
        ProcessHandle.of(child.pid()).ifPresent(ProcessHandle::destroy);
        int code = child.awaitExit(BOUND);
        if (code != SIGTERM_EXIT) {
            throw new IllegalStateException("ended with " + code + " instead of in good order: " + child.lines());
        }
    }

    /** Waits until there are about so many effects. */
    void awaitProgress(long effects, Duration bound) {
        awaitThat(effects + " effects", bound, () -> books.progress() >= effects);
    }

    /** Waits until the consumer has so many effects, and says what the processes wrote if it does not. */
    void awaitEffects(String consumer, long effects, Duration bound) {
        awaitThat(effects + " effects of " + consumer, bound, () -> books.effects(consumer) >= effects);
    }

    /** Waits until the broker would deliver nothing again. */
    void awaitAcknowledged(String consumer) {
        awaitThat(
                "the broker knows that all is handled",
                BOUND,
                () -> broker.unfinished(Messages.DESTINATION, consumer) == 0);
    }

    void awaitThat(String what, Duration bound, Callable<Boolean> holds) {
        try {
            await(what)
                    .atMost(bound)
                    .pollInterval(Duration.ofMillis(20))
                    .pollDelay(Duration.ZERO)
                    .until(holds);
        } catch (RuntimeException notInTime) {
            processes.forEach((name, child) -> report("%s: %s", name, child.lines()));
            report("left: %s; wrong: %s", books.leftOver(), books.wrong(CONSUMER));
            throw notInTime;
        }
    }

    static void report(String format, Object... figures) {
        System.out.printf(Locale.ROOT, "[pipeline] " + format + "%n", figures);
    }

    @Override
    public void close() {
        processes.values().forEach(ChildJvm::close);
        books.close();
        database.close();
        broker.close();
    }
}
