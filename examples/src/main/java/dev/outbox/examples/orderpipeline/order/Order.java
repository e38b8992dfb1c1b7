package dev.outbox.examples.orderpipeline.order;

import java.util.List;

/**
 * A priced order. Every event carries it, so that no service has to look into the tables of another.
 *
 * @param id the customer's own number for it, unique for ever
 * @param customer the name to address
 * @param email where notifications go
 * @param language what they are written in, such as {@code en}
 * @param day when it was ordered, as {@code 2026-03-01}
 * @param lines what was ordered, each product once, by product number
 */
public record Order(String id, String customer, String email, String language, String day, List<Line> lines) {
    /**
     * So many pieces of one product.
     *
     * @param sku the product's number
     * @param quantity pieces, at least 1
     * @param unitCents the price of one, in cents
     */
    public record Line(String sku, int quantity, long unitCents) {
        /** The price of all pieces, in cents. */
        public long cents() {
            return quantity * unitCents;
        }
    }

    /** Copies the lines. */
    public Order {
        lines = List.copyOf(lines);
    }

    /** The price of the whole order, in cents. */
    public long totalCents() {
        return lines.stream().mapToLong(Line::cents).sum();
    }
}
