package dev.outbox.faults.pipeline;

import dev.outbox.Message;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.relay.Relay;
import dev.outbox.relay.RelayListener;
import dev.outbox.relay.RelayOptions;
import dev.outbox.spi.DeadReason;
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
                .listener(new Printing())
                .to(MistakenTransport.of(setup.broker().client(setup.address()).transport(), setup.mistake()))
                .start();
        System.out.println("started");
        new CountDownLatch(1).await();
    }

    /** Tells the test what happens. */
    private static final class Printing implements RelayListener {
        @Override
        public void onRetry(Message message, int attempts, Duration delay, String error) {
            System.out.println("charged " + message.id() + " " + attempts + " " + error);
        }

        @Override
        public void onDeadLetter(Message message, DeadReason reason, int attempts, String error) {
            System.out.println("dead letter " + message.id() + " " + reason + " " + attempts + " " + error);
        }

        @Override
        public void onStoreFailure(String error) {
            System.out.println("store failure: " + error);
        }
    }
}
