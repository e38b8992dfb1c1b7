package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.Message;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two outboxes on the same tables stand for two processes: they share nothing but the database. */
@SuppressWarnings("try") // what is opened works by itself
class PostgresNotificationsIT {
    private static final Duration SILENCE = Duration.ofMillis(300);
    /** What one transaction notifies: when its commit takes long, first because one is expected. */
    private static final int MOST_OF_ONE = 2;

    @RegisterExtension
    final PostgresDatabase database = new PostgresDatabase();

    private final JdbcOutbox publisher = database.outbox();
    private final JdbcOutbox relaying = database.bare();
    private final Semaphore hints = new Semaphore(0);
    private final String channel = database.options().names().schema() + ".outbox_message";

    @Test
    void aCommitInAnotherProcessWakes() throws InterruptedException {
        try (PostgresNotifications sending = PostgresNotifications.send(publisher);
                PostgresNotifications listening = listen()) {
            publish(publisher);
            awaitHint("a notification of the commit");
        }
    }

    @Test
    void aCommitThatNobodyToldOfWakesToo() throws InterruptedException, SQLException {
        try (PostgresNotifications sending = PostgresNotifications.send(publisher);
                PostgresNotifications listening = listen();
                Connection tx = database.dataSource().getConnection()) {
            tx.setAutoCommit(false);
            publisher.publish(tx, message());
            tx.commit();
            awaitHint("a notification after the publish");
        }
    }

    @Test
    void aTerminatedConnectionIsReplacedAndWhatWasMissedIsLookedFor() throws InterruptedException {
        try (PostgresNotifications sending = PostgresNotifications.send(publisher);
                PostgresNotifications listening = listen()) {
            database.number("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query = '"
                    + NotificationSql.listen(channel) + "'");
            awaitHint("a look at what was missed, on the new connection");
            publish(publisher);
            awaitHint("a notification on the new connection");
        }
    }

    @Test
    void g12_tenThousandPublishesMakeNoMoreNotificationsThanThereWereIntervals() throws SQLException {
        try (RawListener raw = new RawListener(database, channel);
                PostgresNotifications sending = PostgresNotifications.send(publisher)) {
            long began = System.nanoTime();
            for (int i = 0; i < 10_000; i++) {
                publisher.committed();
                if (i % 10 == 0) {
                    publish(publisher);
                }
            }
            long intervals =
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) / PostgresNotifications.INTERVAL_MILLIS;
            assertThat(raw.fromTheFirstUntilSilent(SILENCE)).hasSizeBetween(1, (int) intervals + 2);
        }
    }

    @Test
    void nothingIsNotifiedUnlessAsked() throws SQLException {
        try (RawListener raw = new RawListener(database, channel)) {
            publish(publisher);
            publisher.committed();
            assertThat(raw.untilSilent(SILENCE)).isEmpty();
        }
    }

    @Test
    void nothingIsNotifiedAnyMoreOnceClosed() throws SQLException {
        PostgresNotifications.send(publisher).close();
        try (RawListener raw = new RawListener(database, channel)) {
            publish(publisher);
            assertThat(raw.untilSilent(SILENCE)).isEmpty();
        }
    }

    @Test
    void processesThatPublishAndRelayDoNotWakeEachOtherForEver() throws InterruptedException, SQLException {
        try (RawListener raw = new RawListener(database, channel);
                PostgresNotifications sending = PostgresNotifications.send(publisher);
                PostgresNotifications back = PostgresNotifications.send(relaying);
                PostgresNotifications own = PostgresNotifications.listen(publisher, database.dataSource());
                PostgresNotifications listening = listen()) {
            publish(publisher);
            awaitHint("a notification of the commit");
            assertThat(raw.fromTheFirstUntilSilent(SILENCE)).hasSizeBetween(1, MOST_OF_ONE);
        }
    }

    @Test
    void aProcessDoesNotHearItself() throws InterruptedException {
        try (PostgresNotifications sending = PostgresNotifications.send(relaying);
                PostgresNotifications listening = listen()) {
            publish(relaying);
            awaitHint("the hint in memory");
            assertThat(hints.tryAcquire(SILENCE.toMillis(), TimeUnit.MILLISECONDS))
                    .isFalse();
        }
    }

    @Test
    void anotherOutboxInTheDatabaseIsNotHeard() throws InterruptedException, SQLException {
        JdbcOutbox other =
                JdbcOutbox.on(database.dataSource(), database.options().tablePrefix("other_"));
        other.schema().apply();
        try (RawListener raw =
                        new RawListener(database, database.options().names().schema() + ".other_outbox_message");
                PostgresNotifications sending = PostgresNotifications.send(other);
                PostgresNotifications listening = listen()) {
            publish(other);
            assertThat(raw.fromTheFirstUntilSilent(SILENCE)).hasSizeBetween(1, MOST_OF_ONE);
            assertThat(hints.tryAcquire()).isFalse();
        }
    }

    @Test
    void theSchemaMayBeNamedHereAndFoundThere() throws InterruptedException {
        String schema = database.options().names().schema();
        try (HikariDataSource pool = PostgresDatabase.pool(config -> config.setSchema(schema));
                PostgresNotifications listening = listen()) {
            JdbcOutbox unnamed = JdbcOutbox.on(pool);
            try (PostgresNotifications sending = PostgresNotifications.send(unnamed)) {
                publish(unnamed);
                awaitHint("a notification on the same channel");
            }
        }
    }

    @Test
    void aNameTooLongForAChannelIsHashed() throws InterruptedException {
        JdbcOptions options = database.options().tablePrefix("a23456789_123456789_123456789_12345678_");
        JdbcOutbox here = JdbcOutbox.on(database.dataSource(), options);
        here.schema().apply();
        JdbcOutbox there = JdbcOutbox.on(database.dataSource(), options);
        there.store().onPublish(hints::release);
        try (PostgresNotifications sending = PostgresNotifications.send(here);
                PostgresNotifications listening = PostgresNotifications.listen(there, database.dataSource())) {
            awaitHint("the first look");
            publish(here);
            awaitHint("a notification on a channel with a short name");
        }
    }

    @Test
    void aClosedListenerLeavesThePoolAConnectionThatDoesNotListen() throws InterruptedException, SQLException {
        try (HikariDataSource pool = PostgresDatabase.pool(config -> config.setMaximumPoolSize(1))) {
            relaying.store().onPublish(hints::release);
            try (PostgresNotifications listening = PostgresNotifications.listen(relaying, pool)) {
                awaitHint("the first look");
            }
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT count(*) FROM pg_listening_channels()")) {
                row.next();
                assertThat(row.getLong(1)).isZero();
            }
        }
    }

    private PostgresNotifications listen() throws InterruptedException {
        relaying.store().onPublish(hints::release);
        PostgresNotifications listening = PostgresNotifications.listen(relaying, database.dataSource());
        awaitHint("the first look, once it listens");
        return listening;
    }

    private void awaitHint(String what) throws InterruptedException {
        assertThat(hints.tryAcquire(20, TimeUnit.SECONDS)).as(what).isTrue();
    }

    private static void publish(JdbcOutbox outbox) {
        outbox.transaction(tx -> {
            outbox.publish(tx, message());
            return true;
        });
    }

    private static Message message() {
        return Message.to("orders").key("k").text("hello");
    }
}
