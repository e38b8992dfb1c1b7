package dev.outbox.faults.pipeline;

import dev.outbox.retry.RetryPolicy;
import dev.outbox.testservers.ChildJvm;
import java.time.Duration;
import java.util.Locale;

/**
 * What a process of the pipeline is started with, as system properties.
 *
 * @param instance the process's name
 * @param consumer the consumer's name, of all processes that share its work
 * @param broker the kind of broker
 * @param address where it is
 * @param books the database of the outbox, the inbox and the effects
 * @param store the database of what a consumer cannot handle yet, and of its dead letters
 * @param attempts how often a message is tried
 * @param claim how long what a consumer has taken over from the store is its own, unless it says so again
 * @param mistake what the process does wrong
 */
record Setup(
        String instance,
        String consumer,
        Broker broker,
        String address,
        Place books,
        Place store,
        int attempts,
        Duration claim,
        Mistake mistake) {
    static final Duration STEP = Duration.ofMillis(400);
    static final Duration LONGEST_STEP = Duration.ofMillis(1_600);

    static Setup ofSystemProperties() {
        return new Setup(
                property("instance"),
                property("consumer"),
                Broker.valueOf(property("broker")),
                property("address"),
                Place.parse(property("books")),
                Place.parse(property("store")),
                Integer.parseInt(property("attempts")),
                Duration.ofMillis(Long.parseLong(property("claim"))),
                Mistake.valueOf(property("mistake")));
    }

    private static String property(String name) {
        return System.getProperty("pipeline." + name);
    }

    Setup instance(String name) {
        return new Setup(name, consumer, broker, address, books, store, attempts, claim, mistake);
    }

    Setup consumer(String name) {
        return new Setup(instance, name, broker, address, books, store, attempts, claim, mistake);
    }

    Setup store(Place place) {
        return new Setup(instance, consumer, broker, address, books, place, attempts, claim, mistake);
    }

    Setup attempts(int most) {
        return new Setup(instance, consumer, broker, address, books, store, most, claim, mistake);
    }

    Setup claim(Duration time) {
        return new Setup(instance, consumer, broker, address, books, store, attempts, time, mistake);
    }

    Setup mistake(Mistake made) {
        return new Setup(instance, consumer, broker, address, books, store, attempts, claim, made);
    }

    RetryPolicy policy() {
        return RetryPolicy.exponential(STEP)
                .cap(LONGEST_STEP)
                .maxAttempts(attempts)
                .permanent(UnsupportedOperationException.class);
    }

    /** A JVM that starts quickly. */
    ChildJvm.Builder child(Class<?> main) {
        return ChildJvm.of(main)
                .options("-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
                .systemProperty("org.slf4j.simpleLogger.defaultLogLevel", "error")
                .systemProperty("org.slf4j.simpleLogger.log.dev.outbox", "warn")
                .systemProperty("pipeline.instance", instance)
                .systemProperty("pipeline.consumer", consumer)
                .systemProperty("pipeline.broker", broker.name())
                .systemProperty("pipeline.address", address)
                .systemProperty("pipeline.books", books.text())
                .systemProperty("pipeline.store", store.text())
                .systemProperty("pipeline.attempts", String.valueOf(attempts))
                .systemProperty("pipeline.claim", String.valueOf(claim.toMillis()))
                .systemProperty("pipeline.mistake", mistake.name());
    }

    @Override
    public String toString() {
        return instance + " of " + consumer + " on " + broker.name().toLowerCase(Locale.ROOT);
    }
}
