package dev.outbox.faults.crash;

import dev.outbox.spi.Change;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Settlement;
import dev.outbox.spi.Sink;
import dev.outbox.spi.Source;
import dev.outbox.spi.Transport;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/** The steps of a message, from the publisher's transaction to the effect, by the calls that do them. */
final class Steps {
    private static final Map<String, String> OF_STORE = Map.of(
            "heartbeat", "lease",
            "leave", "leave leases",
            "mark", "note what is in flight",
            "fetch", "fetch",
            "fetchDue", "fetch due",
            "complete", "settle confirmed");
    private static final Map<String, String> OF_DELIVERIES = Map.of(
            "park", "consumer: park",
            "parkBehind", "consumer: park behind",
            "claimDue", "consumer: claim",
            "renew", "consumer: renew claim",
            "forget", "consumer: forget claims",
            "unclaim", "consumer: unclaim",
            "complete", "consumer: complete parked",
            "reschedule", "consumer: reschedule",
            "bury", "consumer: dead-letter parked",
            "buryNew", "consumer: dead-letter");

    private Steps() {}

    static OutboxStore of(OutboxStore store) {
        return CrashPoint.around(
                OutboxStore.class,
                store,
                (method, arguments) -> method.getName().equals("settle")
                        ? settled((Settlement) arguments[0])
                        : Optional.ofNullable(OF_STORE.get(method.getName())));
    }

    private static Optional<String> settled(Settlement settlement) {
        return settlement.changes().stream().map(Steps::name).max(java.util.Comparator.naturalOrder());
    }

    private static String name(Change change) {
        if (change instanceof Change.Park park) {
            return "park " + park.reason().name();
        } else if (change instanceof Change.Bury) {
            return "dead-letter";
        } else if (change instanceof Change.Enqueue) {
            return "enqueue scheduled";
        }
        return "park again";
    }

    static DeliveryStore of(DeliveryStore store) {
        return CrashPoint.around(
                DeliveryStore.class,
                store,
                (method, arguments) -> Optional.ofNullable(OF_DELIVERIES.get(method.getName())));
    }

    /** Sendings, and what is made of their outcomes. */
    static Transport of(Transport transport) {
        return CrashPoint.around(
                Transport.class, new Listened(transport), (method, arguments) -> named(method, "send"));
    }

    private record Listened(Transport transport) implements Transport {
        @Override
        public void send(List<Outgoing> batch, OutcomeListener outcomes) {
            transport.send(
                    batch,
                    CrashPoint.around(
                            OutcomeListener.class, outcomes, (method, arguments) -> Optional.of("take outcome")));
        }

        @Override
        public java.time.Duration sendTimeout() {
            return transport.sendTimeout();
        }

        @Override
        public int longestRun() {
            return transport.longestRun();
        }

        @Override
        public void close() {
            transport.close();
        }
    }

    /** Deliveries and acknowledgements. */
    static Source of(Source source) {
        Source listened = CrashPoint.around(Source.class, source, (method, arguments) -> {
            if (method.getName().equals("start")) {
                Sink sink = (Sink) arguments[0];
                arguments[0] = CrashPoint.around(Sink.class, sink, (called, given) -> named(called, "deliver"));
            }
            return named(method, "acknowledge");
        });
        return listened;
    }

    private static Optional<String> named(Method method, String step) {
        return method.getName().equals(step) ? Optional.of(step) : Optional.empty();
    }

    /** The commits of transactions that {@code whose} begins. */
    static DataSource commits(String whose, DataSource pool) {
        return (DataSource) java.lang.reflect.Proxy.newProxyInstance(
                Steps.class.getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> {
                    Object result = method.invoke(pool, arguments);
                    return result instanceof Connection connection
                            ? CrashPoint.around(
                                    Connection.class,
                                    connection,
                                    (called, given) -> called.getName().equals("commit")
                                            ? Optional.of(whose + " commit")
                                            : Optional.empty())
                            : result;
                });
    }
}
