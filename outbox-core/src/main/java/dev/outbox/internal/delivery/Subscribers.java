package dev.outbox.internal.delivery;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Who has subscribed to what. Does not change once the transport is built. */
public final class Subscribers {
    private final List<Subscriber> all;
    private final Map<String, List<Subscriber>> byDestination;
    private final Map<String, List<Subscriber>> byName;

    /** In the order of subscription. */
    public Subscribers(Collection<Subscriber> subscribers) {
        all = List.copyOf(subscribers);
        byDestination = group(Subscriber::destination);
        byName = group(Subscriber::name);
    }

    List<Subscriber> all() {
        return all;
    }

    /** In the order of subscription; empty if the destination has none. */
    List<Subscriber> of(String destination) {
        return byDestination.getOrDefault(destination, List.of());
    }

    Set<String> destinations() {
        return byDestination.keySet();
    }

    /** In the order of subscription. */
    public Set<String> names() {
        return byName.keySet();
    }

    /** The one that a parked delivery is for; empty if {@code name} is not subscribed to that destination in this process. */
    Optional<Subscriber> find(String name, String destination) {
        return named(name).stream()
                .filter(subscriber -> subscriber.is(destination, name))
                .findFirst();
    }

    /** The first subscription of {@code name}. */
    Subscriber first(String name) {
        return named(name).get(0);
    }

    /** How many parked deliveries {@code name} may have claimed at a time: half of what it may run, so that retries do not hold up what is new. */
    int claimShare(String name) {
        return Math.max(
                1, named(name).stream().mapToInt(Subscriber::concurrency).sum() / 2);
    }

    /** The counters of each name. */
    public Map<String, Subscriber.Counters> counters() {
        Map<String, Subscriber.Counters> counters = new LinkedHashMap<>();
        for (String name : names()) {
            counters.put(name, first(name).counters());
        }
        return counters;
    }

    private List<Subscriber> named(String name) {
        return Objects.requireNonNull(byName.get(name), name);
    }

    private Map<String, List<Subscriber>> group(Function<Subscriber, String> by) {
        return all.stream().collect(Collectors.groupingBy(by, LinkedHashMap::new, Collectors.toList()));
    }
}
