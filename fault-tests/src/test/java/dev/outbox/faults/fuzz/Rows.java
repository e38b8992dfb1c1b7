package dev.outbox.faults.fuzz;

import dev.outbox.relay.Relay;
import dev.outbox.relay.RelayOptions;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.DeliveryStore.Claimed;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Rows that somebody has written by hand, under a relay and a consumer: each is sent or becomes a dead letter, or waits for its time if that is far away; none keeps
 * the others from going; and what is read of the tables afterwards can be read. One input is one row.
 */
final class Rows implements Target {
    private static final int BATCH = 500;
    private static final int PAGE = 1_000;
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final String CONSUMER = "billing";

    private final AlteredTables tables = new AlteredTables("rows");
    private final AtomicLong sent = new AtomicLong();
    private final Relay relay = Relay.from(tables.outbox().store())
            .to(new Everything())
            .options(RelayOptions.defaults()
                    .poll(Duration.ofMillis(1), Duration.ofMillis(20))
                    .settle(500, Duration.ofMillis(2))
                    .retry(RetryPolicy.fixed(Duration.ofMillis(1)).maxAttempts(3)))
            .start();
    private int inBatch;
    private int filled;
    private SplittableRandom next = new SplittableRandom(0);

    @Override
    public String name() {
        return "rows";
    }

    @Override
    public int cost() {
        return 10;
    }

    @Override
    public boolean feed(SplittableRandom random) throws SQLException {
        inBatch++;
        next = random;
        if (inBatch == BATCH) {
            check();
        }
        return true;
    }

    @Override
    public void check() throws SQLException {
        int rows = inBatch;
        inBatch = 0;
        if (rows == 0) {
            return;
        }
        if (filled++ % 4 == 3) {
            consume(rows);
        } else {
            send(rows);
        }
        show();
    }

    private void send(int rows) throws SQLException {
        sent.set(0);
        int parked = rows / 4;
        tables.fillParked(next.split(), parked);
        tables.fill(next.split(), rows - parked);
        tables.outbox().committed();
        await("every row is sent or dead", () -> tables.count("outbox_message") + waiting() == 0);
        long scheduled = tables.count("outbox_parked");
        long dead = tables.count("outbox_dead_letter");
        Promises.require(
                sent.get() + scheduled + dead == rows,
                "each row has one outcome: " + rows + " rows, " + sent + " sent, " + scheduled + " scheduled, " + dead
                        + " dead");
        tables.execute("DELETE FROM outbox_parked");
    }

    private long waiting() throws SQLException {
        return tables.count("outbox_parked WHERE NOT (reason = 'SCHEDULED' AND available_at > DATE '2100-01-01')");
    }

    private void consume(int rows) throws SQLException {
        tables.fillInbox(next.split(), rows, CONSUMER);
        DeliveryStore store = tables.outbox().deliveries();
        int handled = 0;
        for (List<Claimed> claimed = claim(store); !claimed.isEmpty(); claimed = claim(store)) {
            for (Claimed row : claimed) {
                if (row.flaw().isPresent()) {
                    Promises.harmless(row.flaw().get());
                    store.bury(
                            "fuzz",
                            row.number(),
                            DeadReason.REJECTED,
                            row.attempts(),
                            row.flaw().get());
                } else {
                    store.complete("fuzz", row.number());
                    handled++;
                }
            }
        }
        long dead = tables.count("outbox_dead_letter");
        Promises.require(
                handled + dead == rows,
                "each delivery has one outcome: " + rows + " rows, " + handled + " handled, " + dead + " dead, "
                        + tables.count("inbox_parked") + " left");
    }

    private static List<Claimed> claim(DeliveryStore store) {
        return store.claimDue("fuzz", List.of(CONSUMER), 100, Duration.ofSeconds(30));
    }

    /** What is left can be shown, and taken away. */
    private void show() throws SQLException {
        tables.outbox().inspection().census(10_000);
        tables.outbox().inspection().blockedKeys(10);
        List<DeadLetter> letters =
                tables.outbox().deadLetters().list(DeadLetterQuery.all().limit(PAGE));
        for (DeadLetter letter : letters) {
            Promises.harmless(letter.error());
            Promises.require(!letter.error().contains(Hostile.CANARY), "an error text quotes no value");
        }
        if (filled % 3 == 0 && !letters.isEmpty()) {
            tables.outbox()
                    .deadLetters()
                    .redrive(DeadLetterQuery.number(letters.get(0).number()));
            await("a redriven row has its outcome again", () -> tables.count("outbox_message") + waiting() == 0);
            tables.execute("DELETE FROM inbox_parked");
        }
        tables.execute("DELETE FROM outbox_dead_letter");
        tables.execute("DELETE FROM outbox_parked");
        tables.execute("DELETE FROM inbox_message");
    }

    private interface Condition {
        boolean holds() throws SQLException;
    }

    private static void await(String what, Condition condition) throws SQLException {
        long begin = System.nanoTime();
        while (!condition.holds()) {
            Promises.require(System.nanoTime() - begin < LONGEST.toNanos(), "within " + LONGEST + ": " + what);
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    /** Takes everything. */
    private final class Everything implements Transport {
        @Override
        public void send(List<Outgoing> batch, OutcomeListener outcomes) {
            for (Outgoing outgoing : batch) {
                sent.incrementAndGet();
                outcomes.onOutcome(outgoing.token(), new Outcome.Confirmed());
            }
        }

        @Override
        public void close() {}
    }

    @Override
    public void close() {
        relay.close();
        tables.close();
    }
}
