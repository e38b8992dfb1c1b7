package dev.outbox.relay;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Runs many seeds on all cores, and adds up what they injected. */
final class Seeds {
    private static final int WORKERS = 2;
    private static final long LIMIT_MINUTES = 60;

    /** What a worker has seen. */
    private static final class Sum {
        final Map<Fault, Integer> seeds = new EnumMap<>(Fault.class);
        final Map<Fault, Integer> events = new EnumMap<>(Fault.class);
        final List<Simulation.Result> failures = new ArrayList<>();
        int runs;
        long virtualNanos;
        long arrivals;

        void add(Simulation.Result result) {
            runs++;
            virtualNanos += result.endNanos();
            arrivals += result.arrivals();
            result.scenario().faults.forEach(fault -> seeds.merge(fault, 1, Integer::sum));
            result.injected().forEach((fault, count) -> events.merge(fault, count, Integer::sum));
            if (!result.violations().isEmpty()) {
                failures.add(result);
            }
        }

        void add(Sum other) {
            runs += other.runs;
            virtualNanos += other.virtualNanos;
            arrivals += other.arrivals;
            other.seeds.forEach((fault, count) -> seeds.merge(fault, count, Integer::sum));
            other.events.forEach((fault, count) -> events.merge(fault, count, Integer::sum));
            failures.addAll(other.failures);
        }
    }

    private final Sum sum = new Sum();

    private Seeds() {}

    /**
     * Runs {@code count} seeds from {@code first} on.
     *
     * @param wanted the kind of failure of which one is enough
     */
    static Seeds run(
            long first, int count, Set<Fault> always, Supplier<Plant> plants, Predicate<Simulation.Result> wanted) {
        Seeds seeds = new Seeds();
        AtomicLong next = new AtomicLong(first);
        AtomicBoolean enough = new AtomicBoolean();
        Callable<Sum> worker = () -> {
            Sum sum = new Sum();
            for (long seed = next.getAndIncrement();
                    seed < first + count && !enough.get();
                    seed = next.getAndIncrement()) {
                Simulation.Result result = Simulation.run(seed, always, plants.get());
                sum.add(result);
                enough.compareAndSet(false, !result.violations().isEmpty() && wanted.test(result));
            }
            return sum;
        };
        ExecutorService pool = Executors.newFixedThreadPool(WORKERS);
        try {
            for (Future<Sum> future : pool.invokeAll(List.of(worker, worker), LIMIT_MINUTES, TimeUnit.MINUTES)) {
                seeds.sum.add(future.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a run broke down", e);
        } finally {
            pool.shutdownNow();
        }
        return seeds;
    }

    int runs() {
        return sum.runs;
    }

    /** The runs that violated a guarantee, lowest seed first. */
    List<Simulation.Result> failures() {
        return sum.failures.stream()
                .sorted((a, b) -> Long.compare(a.scenario().seed, b.scenario().seed))
                .toList();
    }

    int seedsWith(Fault fault) {
        return sum.seeds.getOrDefault(fault, 0);
    }

    int eventsOf(Fault fault) {
        return sum.events.getOrDefault(fault, 0);
    }

    /** What was injected, one line a kind of fault. */
    String table() {
        StringBuilder table = new StringBuilder(String.format(
                "%,d seeds, %,d arrivals, %,.1f virtual hours%n%-16s %8s %12s%n",
                sum.runs, sum.arrivals, sum.virtualNanos / 3.6e12, "fault", "seeds", "events"));
        for (Fault fault : Fault.values()) {
            table.append(String.format("%-16s %,8d %,12d%n", fault, seedsWith(fault), eventsOf(fault)));
        }
        return table.toString();
    }
}
