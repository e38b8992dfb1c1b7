package dev.outbox.relay;

import dev.outbox.retry.RateLimit;
import dev.outbox.retry.RetryBudget;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.Transport;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What an engine is built from.
 *
 * @param name the instance's name
 * @param store the store
 * @param routes the transport of each destination
 * @param options the numbers
 * @param rates messages a second, for the destinations that have a limit
 * @param budgets tokens, for the destinations that have a retry budget
 * @param listener the observer
 * @param commands runs store commands, two at a time
 * @param sendings runs calls of transports, which may block
 * @param random the source of jitter
 * @param wallClock for latencies alone
 */
record RelayParts(
        String name,
        OutboxStore store,
        Function<String, Transport> routes,
        RelayOptions options,
        Map<String, Double> rates,
        Map<String, Integer> budgets,
        RelayListener listener,
        Executor commands,
        Executor sendings,
        RandomGenerator random,
        InstantSource wallClock) {
    /** What may go at once after a pause: a twentieth of a second's messages, so that no second has much more than the rate, also after an outage. */
    private static int burst(double rate) {
        return (int) Math.max(1, Math.min(1_000_000, rate / 20));
    }

    Lane newLane(String destination) {
        Double rate = rates.get(destination);
        Integer budget = budgets.get(destination);
        return new Lane(
                destination,
                routes.apply(destination),
                options.pause(),
                rate == null ? null : RateLimit.perSecond(rate, burst(rate)),
                budget == null ? null : RetryBudget.ofCapacity(budget));
    }
}
