package dev.outbox.examples.orderpipeline.payment;

import dev.outbox.examples.orderpipeline.Sql;
import dev.outbox.examples.orderpipeline.order.Order;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What is to be done at the gateway for an order, as our own books have it: intended, then done or declined. */
enum MoneyMove {
    CHARGE,
    REFUND;

    private static final String INTENDED = "INTENDED";

    /** Notes the intention; returns whether the gateway has to be asked, which it has not if its answer is on record. */
    boolean intend(Connection tx, Order order) throws SQLException {
        List<String> state = Sql.query(
                tx,
                "SELECT state FROM money_move WHERE order_id = ? AND kind = ?",
                row -> row.getString(1),
                order.id(),
                name());
        if (state.isEmpty()) {
            Sql.update(
                    tx,
                    "INSERT INTO money_move (order_id, kind, cents, state) VALUES (?, ?, ?, ?)",
                    order.id(),
                    name(),
                    order.totalCents(),
                    INTENDED);
        }
        return state.isEmpty() || state.get(0).equals(INTENDED);
    }

    /** Notes that it was done. */
    void done(Connection tx, Order order, String receipt) throws SQLException {
        end(tx, order, "DONE", receipt);
    }

    /** Notes that it will never be done. */
    void declined(Connection tx, Order order, String reason) throws SQLException {
        end(tx, order, "DECLINED", reason);
    }

    private void end(Connection tx, Order order, String state, String answer) throws SQLException {
        Sql.update(
                tx,
                "UPDATE money_move SET state = ?, answer = ? WHERE order_id = ? AND kind = ?",
                state,
                answer,
                order.id(),
                name());
    }
}
