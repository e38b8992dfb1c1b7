package dev.outbox.examples.orderpipeline.order;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The products of the shop. Immutable. Some are scarce, so that some orders find the shelf empty after they were paid. */
public final class Catalog {
    private static final int PLENTY = 1_000_000;
    private static final int FEW = 100;
    private static final Catalog STANDARD = new Catalog(List.of(
            new Product("TEA-01", "Assam, 100 g", 690, PLENTY),
            new Product("TEA-02", "Darjeeling first flush, 100 g", 1_490, PLENTY),
            new Product("TEA-03", "Sencha, 100 g", 1_190, PLENTY),
            new Product("TEA-04", "Lapsang souchong, 100 g", 990, PLENTY),
            new Product("TEA-05", "Oolong of the old bush, 50 g", 4_900, 8),
            new Product("TEA-06", "Rooibos, 250 g", 790, PLENTY),
            new Product("CUP-01", "Stoneware cup", 1_250, PLENTY),
            new Product("CUP-02", "Porcelain cup with saucer", 2_450, PLENTY),
            new Product("CUP-03", "Raku bowl, one of a kind", 12_900, 3),
            new Product("POT-01", "Glass pot, 1 l", 2_990, PLENTY),
            new Product("POT-02", "Cast iron pot, 0.8 l", 6_900, PLENTY),
            new Product("POT-03", "Yixing pot, signed", 18_900, 5),
            new Product("ACC-01", "Strainer", 590, PLENTY),
            new Product("ACC-02", "Bamboo whisk", 1_850, PLENTY),
            new Product("ACC-03", "Tin, air-tight", 890, PLENTY),
            new Product("ACC-04", "Kettle with a thermometer", 7_990, 12)));

    private final List<Product> products;
    private final Map<String, Product> bySku;

    private Catalog(List<Product> products) {
        this.products = products;
        this.bySku = products.stream().collect(Collectors.toMap(Product::sku, Function.identity()));
    }

    /** The shop's only catalog. */
    public static Catalog standard() {
        return STANDARD;
    }

    /** All products. */
    public List<Product> products() {
        return products;
    }

    /** Those of which there are few. */
    public List<Product> scarce() {
        return products.stream().filter(product -> product.stock() < FEW).toList();
    }

    /** Those of which there are plenty. */
    public List<Product> plentiful() {
        return products.stream().filter(product -> product.stock() >= FEW).toList();
    }

    /** The product of this number. */
    public Optional<Product> find(String sku) {
        return Optional.ofNullable(bySku.get(sku));
    }
}
