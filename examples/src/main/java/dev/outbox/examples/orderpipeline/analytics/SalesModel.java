package dev.outbox.examples.orderpipeline.analytics;

import dev.outbox.examples.orderpipeline.OrderEvent;
import dev.outbox.examples.orderpipeline.Sql;
import dev.outbox.examples.orderpipeline.order.Order;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The read model: what was sold on each day, and how the orders of each day ended. Made of events alone, one after another, so it can be made again.
 */
final class SalesModel {
    private SalesModel() {}

    /** Adds what an event means for the figures; most events mean nothing. */
    static void apply(Connection tx, String type, OrderEvent event) throws SQLException {
        boolean fulfilled = type.equals(OrderEvent.ORDER_FULFILLED);
        if (!fulfilled && !type.equals(OrderEvent.ORDER_CANCELLED)) {
            return;
        }
        Order order = event.order();
        if (fulfilled) {
            for (Order.Line line : order.lines()) {
                addSale(tx, order.day(), line);
            }
        }
        addOutcome(tx, order, event.detail());
    }

    /** All figures as lines of text, in a fixed order, to compare with others. */
    static List<String> figures(Connection tx) throws SQLException {
        List<String> figures = new ArrayList<>(Sql.query(
                tx,
                "SELECT sale_day, sku, units, cents FROM daily_sales ORDER BY sale_day, sku",
                row -> row.getString(1) + " " + row.getString(2) + ": " + row.getLong(3) + " for " + row.getLong(4)));
        figures.addAll(Sql.query(
                tx,
                "SELECT sale_day, outcome, orders, cents FROM daily_outcome ORDER BY sale_day, outcome",
                row -> row.getString(1) + " " + row.getString(2) + ": " + row.getLong(3) + " of " + row.getLong(4)));
        return figures;
    }

    /** Forgets all figures. */
    static void clear(Connection tx) throws SQLException {
        Sql.update(tx, "DELETE FROM daily_sales");
        Sql.update(tx, "DELETE FROM daily_outcome");
    }

    private static void addSale(Connection tx, String day, Order.Line line) throws SQLException {
        int known = Sql.update(
                tx,
                "UPDATE daily_sales SET units = units + ?, cents = cents + ? WHERE sale_day = ? AND sku = ?",
                line.quantity(),
                line.cents(),
                day,
                line.sku());
        if (known == 0) {
            Sql.update(
                    tx,
                    "INSERT INTO daily_sales (sale_day, sku, units, cents) VALUES (?, ?, ?, ?)",
                    day,
                    line.sku(),
                    line.quantity(),
                    line.cents());
        }
    }

    private static void addOutcome(Connection tx, Order order, String outcome) throws SQLException {
        int known = Sql.update(
                tx,
                "UPDATE daily_outcome SET orders = orders + 1, cents = cents + ? WHERE sale_day = ? AND outcome = ?",
                order.totalCents(),
                order.day(),
                outcome);
        if (known == 0) {
            Sql.update(
                    tx,
                    "INSERT INTO daily_outcome (sale_day, outcome, orders, cents) VALUES (?, ?, 1, ?)",
                    order.day(),
                    outcome,
                    order.totalCents());
        }
    }
}
