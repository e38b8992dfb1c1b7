package dev.outbox.kafka;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.relay.Relay;
import dev.outbox.relay.RelayOptions;
import dev.outbox.testservers.ChildJvm;
import dev.outbox.testservers.Database;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A relay in a process of its own, that a test can halt. Says once a second how many attempts it has charged. */
final class KafkaRelayProcess {
    static final Duration LEASE = Duration.ofSeconds(3);

    private KafkaRelayProcess() {}

    static ChildJvm start(String name, Database database, String brokers, Duration delivery) {
        return ChildJvm.of(KafkaRelayProcess.class)
                .arguments(name, database.jdbcUrl(), database.user(), brokers, String.valueOf(delivery.toMillis()))
                .environment("PGPASSWORD", database.password())
                .options("-Xmx128m", "-XX:+UseSerialGC")
                .systemProperty("org.slf4j.simpleLogger.defaultLogLevel", "error")
                .start();
    }

    public static void main(String[] arguments) throws InterruptedException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(arguments[1]);
        config.setUsername(arguments[2]);
        config.setPassword(System.getenv("PGPASSWORD"));
        config.setMaximumPoolSize(5);
        Relay relay = Relay.from(JdbcOutbox.on(new HikariDataSource(config)).store())
                .name(arguments[0])
                .options(RelayOptions.defaults().lease(LEASE))
                .to(KafkaTransport.to(arguments[3])
                        .property("delivery.timeout.ms", Integer.parseInt(arguments[4]))
                        .build())
                .start();
        CountDownLatch never = new CountDownLatch(1);
        do {
            System.out.println("failures " + relay.statistics().failures() + " dead "
                    + relay.statistics().dead());
        } while (!never.await(1, TimeUnit.SECONDS));
    }
}
