package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.testservers.Database;
import dev.outbox.testservers.FaultyProxy;
import dev.outbox.testservers.PostgresServer;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What the network does to the connection that listens. */
class PostgresNotificationsFaultIT {
    private static final JdbcOptions QUICK = JdbcOptions.defaults().statementTimeout(Duration.ofSeconds(1));

    private final Database database = PostgresServer.shared().createDatabase();
    private final URI address = URI.create(database.jdbcUrl().substring("jdbc:".length()));
    private final FaultyProxy proxy = FaultyProxy.to(address.getHost(), address.getPort());
    private final JdbcOutbox publisher = JdbcOutbox.on(database.dataSource());
    private final JdbcOutbox relaying = JdbcOutbox.on(database.dataSource(), QUICK);
    /** A call of the driver that hangs ends by the driver's own limits, after the close. */
    private static final Duration THREAD_END = Duration.ofSeconds(60);

    private final Semaphore hints = new Semaphore(0);
    private final PGSimpleDataSource source = throughProxy();
    private final PostgresNotifications sending = PostgresNotifications.send(publisher);
    private final PostgresNotifications listening;

    PostgresNotificationsFaultIT() throws InterruptedException {
        publisher.schema().apply();
        relaying.store().onPublish(hints::release);
        listening = PostgresNotifications.listen(relaying, source, Duration.ofMillis(300));
        awaitHint("the first look");
    }

    private PGSimpleDataSource throughProxy() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl("jdbc:postgresql://" + proxy.host() + ":" + proxy.port() + address.getPath());
        source.setUser(database.user());
        source.setPassword(database.password());
        source.setConnectTimeout(1);
        source.setLoginTimeout(1);
        return source;
    }

    @AfterEach
    void close() {
        sending.close();
        listening.close();
        proxy.close();
        database.close();
    }

    @Test
    void aConnectionThatIsCutIsReplaced() throws InterruptedException {
        proxy.cut();
        awaitHint("a look at what was missed");
        publisher.committed();
        awaitHint("a notification on the new connection");
    }

    /** Nothing ends the old connection but the listener itself. */
    @Test
    void aNetworkThatSwallowsEverythingIsFoundOut() throws InterruptedException {
        source.setUrl(database.jdbcUrl());
        proxy.freeze();
        awaitHint("a look at what was missed, on a new connection past the proxy");
        publisher.committed();
        awaitHint("a notification on the new connection");
    }

    @Test
    void g11_aCloseEndsInTimeWhenTheNetworkHangs() throws InterruptedException {
        proxy.freeze();
        long began = System.nanoTime();
        listening.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("outbox-listen")) {
                thread.join(THREAD_END.toMillis());
                assertThat(thread.isAlive()).as("the listening thread").isFalse();
            }
        }
    }

    private void awaitHint(String what) throws InterruptedException {
        assertThat(hints.tryAcquire(60, TimeUnit.SECONDS)).as(what).isTrue();
    }
}
