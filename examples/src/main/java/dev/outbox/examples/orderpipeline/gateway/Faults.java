package dev.outbox.examples.orderpipeline.gateway;

import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * How unreliable the gateway is. Whether something goes wrong depends on the seed, the order and the number of the request for it, and on nothing else: a
 * run can be repeated.
 *
 * @param seed what the draws begin with
 * @param timeout the share of requests that are carried out and not answered in time
 * @param rateLimit the share that is turned away with 429 and a time to wait
 * @param error the share that fails with 503 before anything is done
 * @param decline the share of orders whose card is declined
 */
public record Faults(long seed, double timeout, double rateLimit, double error, double decline) {
    private static final Faults STANDARD = new Faults(7, 0.01, 0.005, 0.01, 0.04);
    private static final Faults NONE = new Faults(0, 0, 0, 0, 0);

    /** What the gateway does to a request. */
    enum Fault {
        NONE,
        TIMEOUT,
        RATE_LIMIT,
        ERROR
    }

    /** @throws IllegalArgumentException if a share is not from 0 to 1, or those that exclude each other add up to more than 1 */
    public Faults {
        Map.of("timeout", timeout, "rate-limit", rateLimit, "error", error, "decline", decline)
                .forEach((name, share) -> {
                    if (!(share >= 0 && share <= 1)) {
                        throw new IllegalArgumentException(name + "=" + share + " must be a share from 0 to 1");
                    }
                });
        if (timeout + rateLimit + error > 1) {
            throw new IllegalArgumentException("timeout=" + timeout + ", rate-limit=" + rateLimit + " and error="
                    + error + " must not add up to more than 1");
        }
    }

    /** A bad day at the gateway: a few of everything. */
    public static Faults standard() {
        return STANDARD;
    }

    /**
     * The faults of {@code text}: {@code none}, or shares such as {@code timeout=0.01,decline=0.1}; what is not named does not happen.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static Faults parse(String text, long seed) {
        Map<String, Double> shares = new TreeMap<>(Map.of(
                "timeout", NONE.timeout, "rate-limit", NONE.rateLimit, "error", NONE.error, "decline", NONE.decline));
        if (!text.equals("none")) {
            for (String part : text.split(",", -1)) {
                readShare(part, shares);
            }
        }
        return new Faults(
                seed,
                share(shares, "timeout"),
                share(shares, "rate-limit"),
                share(shares, "error"),
                share(shares, "decline"));
    }

    private static double share(Map<String, Double> shares, String name) {
        return shares.getOrDefault(name, 0.0);
    }

    private static void readShare(String part, Map<String, Double> shares) {
        String[] pair = part.split("=", 2);
        if (pair.length != 2 || !shares.containsKey(pair[0])) {
            throw new IllegalArgumentException(
                    "'" + part + "' is none of timeout=, rate-limit=, error= and decline= with a share from 0 to 1");
        }
        try {
            shares.put(pair[0], Double.valueOf(pair[1]));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + part + "' must have a number from 0 to 1", e);
        }
    }

    /** The same with another seed. */
    public Faults withSeed(long otherSeed) {
        return new Faults(otherSeed, timeout, rateLimit, error, decline);
    }

    /** The text that {@link #parse} reads back. */
    public String text() {
        return String.format(
                Locale.ROOT, "timeout=%s,rate-limit=%s,error=%s,decline=%s", timeout, rateLimit, error, decline);
    }

    /** What becomes of the {@code request}-th request for {@code subject}. */
    Fault draw(String subject, int request) {
        double x = uniform(subject + "#" + request);
        if (x < timeout) {
            return Fault.TIMEOUT;
        }
        if (x < timeout + rateLimit) {
            return Fault.RATE_LIMIT;
        }
        return x < timeout + rateLimit + error ? Fault.ERROR : Fault.NONE;
    }

    /** Whether the card of {@code order} is declined. */
    boolean declines(String order) {
        return uniform("card of " + order) < decline;
    }

    private double uniform(String subject) {
        return new SplittableRandom(seed * 1_000_003 + subject.hashCode()).nextDouble();
    }
}
