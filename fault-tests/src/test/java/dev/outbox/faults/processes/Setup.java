package dev.outbox.faults.processes;

import dev.outbox.testservers.ChildJvm;
import dev.outbox.testservers.Database;
import java.time.Duration;

/**
 * What a {@link RelayProcess} is started with, as system properties.
 *
 * @param destinationPort where the {@link Destination} listens; 0 for subscribers in the process itself
 */
record Setup(String name, String jdbcUrl, String user, String password, int destinationPort, Duration lease) {

    static Setup of(String name, Database database, int destinationPort, Duration lease) {
        return new Setup(name, database.jdbcUrl(), database.user(), database.password(), destinationPort, lease);
    }

    static Setup ofSystemProperties() {
        return new Setup(
                System.getProperty("relay.name"),
                System.getProperty("relay.url"),
                System.getProperty("relay.user"),
                System.getProperty("relay.password"),
                Integer.getInteger("relay.port"),
                Duration.ofMillis(Long.getLong("relay.lease")));
    }

    /** The same database by another way. */
    Setup through(String otherUrl) {
        return new Setup(name, otherUrl, user, password, destinationPort, lease);
    }

    /** A JVM that starts quickly. */
    ChildJvm.Builder child() {
        return ChildJvm.of(RelayProcess.class)
                .options("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
                .systemProperty("org.slf4j.simpleLogger.defaultLogLevel", "error")
                .systemProperty("relay.name", name)
                .systemProperty("relay.url", jdbcUrl)
                .systemProperty("relay.user", user)
                .systemProperty("relay.password", password)
                .systemProperty("relay.port", String.valueOf(destinationPort))
                .systemProperty("relay.lease", String.valueOf(lease.toMillis()));
    }
}
