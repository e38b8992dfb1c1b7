package dev.outbox.examples.orderpipeline.audit;

import dev.outbox.examples.orderpipeline.Premises;
import dev.outbox.examples.orderpipeline.Sql;
import dev.outbox.examples.orderpipeline.gateway.GatewayProcess;
import dev.outbox.examples.orderpipeline.gateway.LedgerEntry;
import dev.outbox.examples.orderpipeline.order.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Holds what the shop believes against what the gateway did, and both against the log of events. It trusts no service's word for its own work: money is
 * counted in the gateway's ledger.
 */
public final class Audit {
    private static final int SHOWN = 3;
    private static final long DEPTH_BOUND = 1_000_000;
    private static final Books.Entry NO_ORDER = new Books.Entry(0, Optional.empty());

    private final Books books;
    private final List<Check> checks = new ArrayList<>();

    private Audit(Books books) {
        this.books = books;
    }

    /** Audits the shop against the gateway's {@code ledger}. */
    public static AuditReport of(Premises premises, Path ledger) throws SQLException, IOException {
        List<LedgerEntry> entries = GatewayProcess.readLedger(ledger);
        Audit audit = premises.read(tx -> {
            Audit begun = new Audit(Books.read(tx, entries));
            begun.checkOrders();
            begun.checkMoney();
            begun.checkEffects();
            long modelled = Sql.number(tx, "SELECT COALESCE(SUM(cents), 0) FROM daily_sales");
            begun.add(
                    "the sales figures are the money captured",
                    modelled == begun.capturedCents(),
                    euros(modelled) + " in the read model");
            return begun;
        });
        audit.checkQueues(premises);
        return new AuditReport(List.copyOf(audit.checks), premises.deadLetters());
    }

    private void checkOrders() {
        List<String> open = ordersWhere(id -> order(id).outcome().isEmpty());
        add(
                "every accepted order ended in exactly one outcome",
                open.isEmpty(),
                count(books.orders().size()) + " orders: " + count(books.count(Outcome.FULFILLED)) + " fulfilled, "
                        + count(books.count(Outcome.PAYMENT_FAILED)) + " with payment failed, "
                        + count(books.count(Outcome.REFUNDED)) + " refunded"
                        + among(", " + open.size() + " open", open));
        List<String> odd = ordersWhere(id -> order(id).outcome().isPresent()
                && !books.events()
                        .getOrDefault(id, Map.of())
                        .equals(Books.eventsOf(order(id).outcome().get())));
        long events = books.events().values().stream()
                .flatMap(types -> types.values().stream())
                .mapToLong(Long::longValue)
                .sum();
        add(
                "every event of every order was seen, and once",
                odd.isEmpty(),
                count(events) + " events in the log" + among(", not as expected", odd));
    }

    private void checkMoney() {
        List<String> twice = ordersWhere(id -> books.account(id).charges() > 1);
        long charges =
                books.accounts().values().stream().mapToLong(Account::charges).sum();
        add(
                "nobody was charged twice",
                twice.isEmpty(),
                count(charges) + " charges in the gateway's ledger" + among(", more than one", twice));
        List<String> wrong = ordersWhere(id -> books.account(id).netCents()
                != (order(id).ended(Outcome.FULFILLED) ? order(id).cents() : 0));
        add(
                "money captured = orders fulfilled",
                wrong.isEmpty() && capturedCents() == books.cents(Outcome.FULFILLED),
                euros(capturedCents()) + " in the ledger, " + euros(books.cents(Outcome.FULFILLED))
                        + " in fulfilled orders" + among(", different", wrong));
        List<String> unbalanced = ordersWhere(id -> !balanced(id));
        long refunded = books.accounts().values().stream()
                .mapToLong(Account::refundedCents)
                .sum();
        add(
                "refunds net to zero",
                unbalanced.isEmpty(),
                euros(refunded) + " given back" + among(", unbalanced", unbalanced));
        List<String> strange = books.accounts().keySet().stream()
                .filter(id -> !books.orders().containsKey(id))
                .toList();
        add(
                "the gateway has served no order but ours",
                strange.isEmpty(),
                count(books.accounts().size()) + " orders in the ledger" + among(", unknown", strange));
    }

    private void checkEffects() {
        List<String> shelves = books.shelves().stream()
                .filter(shelf -> !shelf.addsUp())
                .map(Books.Shelf::sku)
                .toList();
        long sold = books.shelves().stream().mapToLong(Books.Shelf::sold).sum();
        add(
                "stock adds up",
                shelves.isEmpty(),
                count(sold) + " pieces sold of " + books.shelves().size() + " products" + among(", wrong", shelves));
        List<String> unheard = ordersWhere(id -> books.notifications().getOrDefault(id, 0L)
                != (order(id).outcome().isPresent() ? 1 : 0));
        long sent = books.notifications().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        add(
                "every customer was told once",
                unheard.isEmpty(),
                count(sent) + " notifications" + among(", not once", unheard));
    }

    private void checkQueues(Premises premises) {
        Premises.Queues queues = premises.queues(DEPTH_BOUND);
        boolean parked = premises.deliveriesWait();
        add(
                "nothing is left to deliver",
                queues.waiting() == 0 && !parked,
                count(queues.waiting()) + " messages in the outbox, " + (parked ? "some" : "none")
                        + " waiting in an inbox");
        add("no dead letters", queues.dead() == 0, count(queues.dead()) + " dead letters");
    }

    private boolean balanced(String id) {
        Account account = books.account(id);
        boolean refunded = order(id).ended(Outcome.REFUNDED);
        boolean none = account.refunds() == 0;
        boolean one =
                account.refunds() == 1 && account.refundedCents() == account.chargedCents() && account.charges() == 1;
        return refunded ? one : none;
    }

    private long capturedCents() {
        return books.accounts().values().stream().mapToLong(Account::netCents).sum();
    }

    private Books.Entry order(String id) {
        return books.orders().getOrDefault(id, NO_ORDER);
    }

    private List<String> ordersWhere(Predicate<String> wrong) {
        return books.orders().keySet().stream().filter(wrong).toList();
    }

    private void add(String claim, boolean holds, String evidence) {
        checks.add(new Check(claim, holds, evidence));
    }

    private static String among(String what, List<String> ids) {
        if (ids.isEmpty()) {
            return "";
        }
        String more = ids.size() > SHOWN ? " and " + count(ids.size() - SHOWN) + " more" : "";
        return what + ": " + String.join(", ", ids.subList(0, Math.min(SHOWN, ids.size()))) + more;
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String euros(long cents) {
        return String.format(Locale.ROOT, "%,.2f €", cents / 100.0);
    }
}
