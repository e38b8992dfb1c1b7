package dev.outbox.faults.pipeline;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.Delivery;
import dev.outbox.consumer.Consumer;
import dev.outbox.consumer.ConsumerOptions;
import dev.outbox.consumer.Semantics;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryListener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The main class of a process with one consumer, which works until it is killed, or told to end, or a message halts it. */
final class ConsumerMain {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private ConsumerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        Setup setup = Setup.ofSystemProperties();
        HikariDataSource books = setup.books().pool(setup.instance());
        HikariDataSource store =
                setup.store().equals(setup.books()) ? books : setup.store().pool(setup.instance());
        Effects effects = new Effects(books, setup.instance(), setup.consumer());
        Consumer consumer = Consumer.of(
                        setup.broker()
                                .client(setup.address())
                                .source(Messages.DESTINATION, setup.consumer(), member(setup)),
                        setup.consumer())
                .instance(setup.consumer() + "-" + setup.instance())
                .handler(effects.handler(setup.mistake()))
                .store(JdbcOutbox.on(store).deliveries())
                .retry(setup.policy())
                .semantics(
                        setup.mistake() == Mistake.ACKNOWLEDGED_FIRST
                                ? Semantics.AT_MOST_ONCE
                                : Semantics.AT_LEAST_ONCE)
                .options(ConsumerOptions.defaults()
                        .claim(setup.claim())
                        .memoryRetries(0, Duration.ZERO)
                        .poll(Duration.ofMillis(20), Duration.ofMillis(300))
                        .closeTimeout(CLOSE_TIMEOUT))
                .listener(new Printing())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(consumer::close));
        System.out.println("started");
        new CountDownLatch(1).await();
    }

    /** Both kinds of members are there. */
    private static Optional<String> member(Setup setup) {
        return Optional.of(setup.instance()).filter("first"::equals);
    }

    /** Tells the test what happens. */
    private static final class Printing implements DeliveryListener {
        @Override
        public void onFailure(Delivery delivery, Throwable error) {
            System.out.println("failed " + delivery.message().id() + " " + delivery.attempt() + " " + error);
        }

        @Override
        public void onDeadLetter(Delivery delivery, DeadReason reason, int attempts, String error) {
            System.out.println("dead letter " + delivery.message().id() + " " + reason + " " + attempts + " " + error);
        }

        @Override
        public void onStoreFailure(String error) {
            System.out.println("store failure: " + error);
        }
    }
}
