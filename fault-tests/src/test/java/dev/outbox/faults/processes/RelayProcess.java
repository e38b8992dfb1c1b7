package dev.outbox.faults.processes;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.Message;
import dev.outbox.jdbc.JdbcOptions;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.relay.Relay;
import dev.outbox.relay.RelayListener;
import dev.outbox.relay.RelayOptions;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** The main class of a process with one relay, which works until it is killed. */
final class RelayProcess {
    static final int ATTEMPTS = 4;
    static final Duration DELAY = Duration.ofMillis(200);

    private RelayProcess() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Setup setup = Setup.ofSystemProperties();
        HikariDataSource pool = pool(setup);
        JdbcOutbox outbox = JdbcOutbox.on(pool, JdbcOptions.defaults().statementTimeout(Duration.ofSeconds(1)));
        Transport transport = setup.destinationPort() > 0
                ? SocketTransport.connect(setup.destinationPort(), setup.name())
                : HaltingSubscriber.of(outbox, setup.name());
        Relay.from(outbox.store())
                .name(setup.name())
                .options(options(setup))
                .listener(new Printing())
                .to(transport)
                .start();
        System.out.println("started at " + System.currentTimeMillis());
        new CountDownLatch(1).await();
    }

    private static RelayOptions options(Setup setup) {
        return RelayOptions.defaults()
                .lease(setup.lease())
                .poll(Duration.ofMillis(5), Duration.ofMillis(100))
                .retry(RetryPolicy.fixed(DELAY).maxAttempts(ATTEMPTS));
    }

    private static HikariDataSource pool(Setup setup) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(setup.jdbcUrl());
        config.setUsername(setup.user());
        config.setPassword(setup.password());
        config.setMaximumPoolSize(10);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(2_000);
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("ApplicationName", setup.name());
        // Else a statement's text goes over the wire no more after some time, and a proxy could not know it.
        config.addDataSourceProperty("prepareThreshold", "0");
        return new HikariDataSource(config);
    }

    /** Tells the test what happens. */
    private static final class Printing implements RelayListener {
        @Override
        public void onSlots(int owned) {
            System.out.println("slots " + owned);
        }

        @Override
        public void onDeadLetter(Message message, DeadReason reason, int attempts, String error) {
            System.out.println("dead letter " + message.id() + " " + reason + " " + attempts);
        }

        @Override
        public void onStoreFailure(String error) {
            System.out.println("store failure: " + error);
        }
    }
}
