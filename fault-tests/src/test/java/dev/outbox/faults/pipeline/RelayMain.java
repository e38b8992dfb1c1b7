package dev.outbox.faults.pipeline;

import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.relay.Relay;
import dev.outbox.relay.RelayOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** The main class of a process with one relay, which works until it is killed. */
final class RelayMain {
    private RelayMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        Setup setup = Setup.ofSystemProperties();
        JdbcOutbox outbox = JdbcOutbox.on(setup.books().pool(setup.instance()));
        Relay.from(outbox.store())
                .name(setup.instance())
                .options(RelayOptions.defaults()
                        .lease(Duration.ofMillis(1_500))
                        .poll(Duration.ofMillis(5), Duration.ofMillis(100)))
                .to(setup.broker().client(setup.address()).transport())
                .start();
        System.out.println("started");
        new CountDownLatch(1).await();
    }
}
