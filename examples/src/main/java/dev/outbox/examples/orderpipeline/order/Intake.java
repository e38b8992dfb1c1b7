package dev.outbox.examples.orderpipeline.order;

import dev.outbox.JsonCodec;
import dev.outbox.examples.orderpipeline.OrderEvent;
import dev.outbox.examples.orderpipeline.Shop;
import dev.outbox.examples.orderpipeline.Sql;
import dev.outbox.examples.orderpipeline.order.InputLines.Line;
import dev.outbox.retry.Retry;
import dev.outbox.retry.RetryPolicy;
import dev.outbox.spi.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads orders and places each with its event in one transaction. The table of orders is the memory: what stands there is not placed again, so an input may be
 * read any number of times. Lines that are no orders are set aside in a table of their own. The counters may be read by any thread.
 */
public final class Intake {
    private static final RetryPolicy WHEN_THE_DATABASE_FAILS = RetryPolicy.exponential(Duration.ofMillis(100))
            .cap(Duration.ofSeconds(2))
            .maxAttempts(8);
    private static final int LONGEST_REASON = 500;
    private static final int LONGEST_TEXT = 2_000;

    private final Shop shop;
    private final OrderParser parser = new OrderParser(Catalog.standard());
    private final AtomicLong placed = new AtomicLong();
    private final AtomicLong known = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private final RejectionListener listener;

    /**
     * What came of the lines of an input.
     *
     * @param placed orders placed now
     * @param known orders that had been placed before
     * @param rejected lines set aside
     */
    public record Result(long placed, long known, long rejected) {}

    /** Hears of lines that are no orders. */
    @FunctionalInterface
    public interface RejectionListener {
        /** Line {@code number} was set aside. */
        void rejected(long number, String reason);
    }

    /** An intake for {@code shop}. */
    public Intake(Shop shop, RejectionListener listener) {
        this.shop = shop;
        this.listener = listener;
    }

    /**
     * Reads {@code input} to its end.
     *
     * @param source what to call it
     * @throws IOException if it cannot be read
     * @throws StoreException if the database fails for longer than a few attempts
     */
    public void read(InputStream input, String source) throws IOException {
        InputLines lines = new InputLines(input);
        for (Line line = lines.next(); line != null; line = lines.next()) {
            if (line.fault() != null) {
                reject(source, line, line.fault());
            } else if (!line.text().isEmpty()) {
                take(source, line);
            }
        }
    }

    private void take(String source, Line line) {
        try {
            place(parser.parse(line.text()));
        } catch (InvalidOrderException e) {
            reject(source, line, String.valueOf(e.getMessage()));
        }
    }

    /** What came of the lines so far. */
    public Result result() {
        return new Result(placed.get(), known.get(), rejected.get());
    }

    private void place(Order order) throws InvalidOrderException {
        boolean isNew = Retry.with(WHEN_THE_DATABASE_FAILS.permanent(InvalidOrderException.class))
                .call(() -> shop.outbox().transaction(tx -> placeOnce(tx, order)));
        (isNew ? placed : known).incrementAndGet();
    }

    private boolean placeOnce(Connection tx, Order order) throws InvalidOrderException {
        try {
            String body = JsonCodec.standard().encode(order).toUtf8String();
            List<String> before =
                    Sql.query(tx, "SELECT body FROM customer_order WHERE id = ?", row -> row.getString(1), order.id());
            if (!before.isEmpty()) {
                if (!before.get(0).equals(body)) {
                    throw new InvalidOrderException("order " + order.id() + " was placed before, and was another one");
                }
                return false;
            }
            Sql.update(
                    tx,
                    "INSERT INTO customer_order (id, body, total_cents) VALUES (?, ?, ?)",
                    order.id(),
                    body,
                    order.totalCents());
            for (Order.Line line : order.lines()) {
                Sql.update(
                        tx,
                        "INSERT INTO order_line (order_id, sku, quantity) VALUES (?, ?, ?)",
                        order.id(),
                        line.sku(),
                        line.quantity());
            }
            shop.outbox().publish(tx, OrderEvent.placed(order));
            return true;
        } catch (SQLException e) {
            throw new StoreException("cannot place order " + order.id(), e);
        }
    }

    private void reject(String source, Line line, String reason) {
        String shortReason = cut(reason, LONGEST_REASON);
        String text = cut(line.text().replace('\0', '?'), LONGEST_TEXT);
        Retry.with(WHEN_THE_DATABASE_FAILS)
                .run(() -> shop.outbox().transaction(tx -> setAside(tx, source, line.number(), shortReason, text)));
        rejected.incrementAndGet();
        listener.rejected(line.number(), reason);
    }

    private static boolean setAside(Connection tx, String source, long number, String reason, String text) {
        try {
            long before = Sql.number(
                    tx,
                    "SELECT COUNT(*) FROM rejected_line WHERE line_number = ? AND source = ? AND text = ?",
                    number,
                    source,
                    text);
            if (before == 0) {
                Sql.update(
                        tx,
                        "INSERT INTO rejected_line (source, line_number, reason, text) VALUES (?, ?, ?, ?)",
                        source,
                        number,
                        reason,
                        text);
            }
            return before == 0;
        } catch (SQLException e) {
            throw new StoreException("cannot set line " + number + " aside", e);
        }
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}
