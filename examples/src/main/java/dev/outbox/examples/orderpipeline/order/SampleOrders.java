package dev.outbox.examples.orderpipeline.order;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes the sample input: the same orders for the same seed, and among them a few lines that are none, as in real life. */
public final class SampleOrders {
    /** How many orders the bundled sample has. */
    public static final int BUNDLED_ORDERS = 3_000;
    /** The seed of the bundled sample. */
    public static final long BUNDLED_SEED = 1773;

    private static final int LINES_PER_MALFORMED = 400;
    private static final double SHARE_OF_SCARCE = 0.06;
    private static final long DEAR_CENTS = 4_000;
    private static final LocalDate FIRST_DAY = LocalDate.of(2026, 3, 1);
    private static final int DAYS = 14;
    private static final List<String> FIRST_NAMES = List.of(
            "Ada",
            "Alan",
            "Barbara",
            "Chen",
            "Donald",
            "Edsger",
            "Fatima",
            "Grace",
            "Jean",
            "Katherine",
            "Leslie",
            "Lynn",
            "Margaret",
            "Niklaus",
            "Radia",
            "Rósa",
            "Sophie",
            "Tony",
            "Yukihiro",
            "Zoë");
    private static final List<String> LAST_NAMES = List.of(
            "Allen",
            "Bartik",
            "Conway",
            "Diaz",
            "Eriksen",
            "Fischer",
            "Garcia",
            "Hopper",
            "Ito",
            "Jónsdóttir",
            "Kowalski",
            "Liskov",
            "Moreau",
            "Nguyen",
            "O'Neill",
            "Perlman",
            "Rossi",
            "Schmidt",
            "Turing",
            "Wirth");
    private static final List<String> LANGUAGES = List.of("en", "en", "en", "de", "de", "fr", "es");
    private static final List<String> MALFORMED = List.of(
            "{\"id\":\"CUT-OFF\",\"customer\":\"Ada Al",
            "this line was meant for another file",
            "{\"id\":\"NO-ITEMS\",\"customer\":\"Lynn Conway\",\"email\":\"lynn@example.com\",\"language\":\"en\",\"day\":\"2026-03-02\",\"items\":[]}",
            "{\"id\":\"NEGATIVE\",\"customer\":\"Tony Wirth\",\"email\":\"tony@example.com\",\"language\":\"de\",\"day\":\"2026-03-03\",\"items\":[{\"sku\":\"TEA-01\",\"quantity\":-3}]}",
            "{\"id\":\"COFFEE\",\"customer\":\"Jean Moreau\",\"email\":\"jean@example.com\",\"language\":\"fr\",\"day\":\"2026-03-04\",\"items\":[{\"sku\":\"COFFEE-01\",\"quantity\":1}]}",
            "{\"id\":\"NO-MAIL\",\"customer\":\"Radia Rossi\",\"email\":\"radia at example\",\"language\":\"es\",\"day\":\"2026-03-05\",\"items\":[{\"sku\":\"TEA-02\",\"quantity\":1}]}",
            "{\"id\":\"NO-SUCH-DAY\",\"customer\":\"Alan Ito\",\"email\":\"alan@example.com\",\"language\":\"en\",\"day\":\"2026-02-30\",\"items\":[{\"sku\":\"TEA-03\",\"quantity\":1}]}");

    private final SplittableRandom random;

    private SampleOrders(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** The lines of an input with {@code orders} valid orders; one in about {@value #LINES_PER_MALFORMED} more is malformed. */
    public static Stream<String> lines(int orders, long seed) {
        SampleOrders sample = new SampleOrders(seed);
        return IntStream.rangeClosed(1, orders).boxed().flatMap(number -> sample.linesAt(number).stream());
    }

    private List<String> linesAt(int number) {
        List<String> lines = new ArrayList<>();
        lines.add(order(number));
        if (number % LINES_PER_MALFORMED == 0) {
            lines.add(MALFORMED.get(number / LINES_PER_MALFORMED % MALFORMED.size()));
        }
        return lines;
    }

    private String order(int number) {
        String first = pick(FIRST_NAMES);
        String last = pick(LAST_NAMES);
        String mail = first.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "") + number + "@example.com";
        LocalDate day = FIRST_DAY.plusDays(random.nextInt(DAYS));
        return String.format(
                Locale.ROOT,
                "{\"id\":\"T-%06d\",\"customer\":\"%s %s\",\"email\":\"%s\",\"language\":\"%s\",\"day\":\"%s\",\"items\":[%s]}",
                number,
                first,
                last,
                mail,
                pick(LANGUAGES),
                day,
                items());
    }

    private String items() {
        List<Product> shelf = new ArrayList<>(Catalog.standard().plentiful());
        List<Product> chosen = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            chosen.add(shelf.remove(random.nextInt(shelf.size())));
        }
        if (random.nextDouble() < SHARE_OF_SCARCE) {
            chosen.set(0, pick(Catalog.standard().scarce()));
        }
        return chosen.stream().map(this::item).collect(Collectors.joining(","));
    }

    private String item(Product product) {
        int quantity = product.priceCents() > DEAR_CENTS ? 1 : 1 + random.nextInt(4);
        return "{\"sku\":\"" + product.sku() + "\",\"quantity\":" + quantity + "}";
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
