package dev.outbox.faults.pipeline;

import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The main class of a process with one publisher, which publishes at a steady rate until it is killed, also after its database has failed. */
final class PublisherMain {
    private static final int KEYS = 100;
    private static final long PERIOD_MILLIS = 120;
    private static final int MOST = 8;

    private PublisherMain() {}

    public static void main(String[] arguments) {
        Setup setup = Setup.ofSystemProperties();
        Books books = Books.at(setup.books(), setup.instance());
        SplittableRandom random = new SplittableRandom(ProcessHandle.current().pid());
        Publishing publishing =
                new Publishing(books, setup.instance() + "-", KEYS, random.nextLong()).mixed(setup.mistake());
        publishing.forget();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        clock.scheduleAtFixedRate(
                () -> publish(publishing, 1 + random.nextInt(MOST)), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        System.out.println("started");
    }

    private static void publish(Publishing publishing, int count) {
        try {
            publishing.publish(count);
        } catch (RuntimeException failed) {
            // Nobody knows whether it is committed; the database does.
            publishing.forget();
        }
    }
}
