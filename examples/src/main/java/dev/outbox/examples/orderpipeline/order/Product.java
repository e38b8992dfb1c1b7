package dev.outbox.examples.orderpipeline.order;

/**
 * What the shop sells.
 *
 * @param sku the product's number
 * @param name what it is called
 * @param priceCents the price of one, in cents
 * @param stock how many there are at the opening of the shop
 */
public record Product(String sku, String name, long priceCents, int stock) {}
