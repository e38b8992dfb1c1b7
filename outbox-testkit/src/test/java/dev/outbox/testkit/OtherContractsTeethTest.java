package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.outbox.Message;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadLetters;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore;
import dev.outbox.spi.OutboxStore;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Delivery stores, dead letter queues and transports that are broken in one place each: their contract suites must catch every one of them. */
class OtherContractsTeethTest {
    @TestFactory
    Stream<DynamicTest> everyBrokenDeliveryStoreIsCaught() {
        Map<String, Function<InstantSource, InMemoryStore>> mutants = new LinkedHashMap<>();
        mutants.put("blocks nothing", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized Set<ConsumerKey> blocked(Collection<ConsumerKey> keys) {
                return Set.of();
            }
        });
        mutants.put("parks twice", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized void park(Delivery delivery, int attempts, Duration delay, String error) {
                deliveries.append(delivery, clock.nowNanos()).reschedule(attempts, delay, 0, error);
            }
        });
        mutants.put("parks nobody behind", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized void parkBehind(List<Delivery> list) {
                list.forEach(delivery -> park(
                        new Delivery(
                                delivery.consumer(),
                                Message.to("d").id(delivery.message().id()).text("no key"),
                                Instant.EPOCH),
                        0,
                        Duration.ZERO,
                        ""));
            }
        });
        mutants.put("claims without keeping others away", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized List<Claimed> claimDue(
                    String instance, Collection<String> consumers, int limit, Duration claim) {
                List<Claimed> claimed = super.claimDue(instance, consumers, limit, claim);
                unclaim(instance, claimed.stream().map(Claimed::number).toList());
                return claimed;
            }
        });
        mutants.put("suspects nobody", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized List<Claimed> claimDue(
                    String instance, Collection<String> consumers, int limit, Duration claim) {
                deliveries.all().stream()
                        .filter(row -> row.hasLapsed(clock.nowNanos()))
                        .forEach(DeliveryRow::unclaim);
                return super.claimDue(instance, consumers, limit, claim);
            }
        });
        mutants.put("renews nothing", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized void renew(String instance, Collection<Long> numbers, Duration claim) {}
        });
        mutants.put("forgets nothing", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized void forget(String instance) {}
        });
        mutants.put("gives nothing back", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized void unclaim(String instance, Collection<Long> numbers) {}
        });
        mutants.put("lets anybody reschedule", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized void reschedule(
                    String instance, long number, int attempts, Duration delay, String error) {
                DeliveryRow row = deliveries.at(number);
                if (row != null) {
                    super.reschedule(String.valueOf(row.claimedBy), number, attempts, delay, error);
                }
            }
        });
        mutants.put("gives up what was handled", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized boolean buryNew(Delivery delivery, DeadReason reason, int attempts, String error) {
                addDeadLetter(delivery.consumer(), delivery.message(), reason, attempts, error, delivery.createdAt());
                return true;
            }
        });
        mutants.put("leaves no inbox row with a dead letter", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized boolean accept(String consumer, String messageId) {
                super.accept(consumer, messageId);
                return true;
            }
        });
        mutants.put("completes without deleting", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized void complete(String instance, long number) {}
        });
        mutants.put("is never due", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized long nextDueNanos(Collection<String> consumers) {
                return Long.MAX_VALUE;
            }
        });
        return mutants.entrySet().stream()
                .map(mutant -> caught(mutant.getKey(), () -> new DeliverySuite(mutant.getValue())));
    }

    @TestFactory
    Stream<DynamicTest> everyBrokenDeadLetterQueueIsCaught() {
        Map<String, Function<InstantSource, InMemoryStore>> mutants = new LinkedHashMap<>();
        mutants.put("redrives and keeps", clock -> new InMemoryStore(clock) {
            @Override
            public int redrive(DeadLetterQuery query) {
                list(query).forEach(letter -> publish(letter.message()));
                return list(query).size();
            }
        });
        mutants.put("redrives without care for others who do", clock -> new InMemoryStore(clock) {
            @Override
            public int redrive(DeadLetterQuery query) {
                List<DeadLetter> chosen = list(query);
                Thread.yield();
                chosen.forEach(letter -> publish(letter.message()));
                super.discard(query);
                return chosen.size();
            }
        });
        mutants.put("discards nothing", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized int discard(DeadLetterQuery query) {
                return list(query).size();
            }
        });
        mutants.put("does not read by key", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized List<DeadLetter> list(DeadLetterQuery query) {
                return super.list(
                        DeadLetterQuery.all().above(query.numberAbove()).limit(query.limit()));
            }
        });
        mutants.put("counts up to the limit", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized long count(DeadLetterQuery query) {
                return list(query).size();
            }
        });
        return mutants.entrySet().stream()
                .map(mutant -> caught(mutant.getKey(), () -> new DeadLettersSuite(mutant.getValue())));
    }

    @TestFactory
    Stream<DynamicTest> everyBrokenTransportIsCaught() {
        Map<String, Function<InMemoryTransport, Transport>> mutants = new LinkedHashMap<>();
        mutants.put("reports twice", sound -> new Wrapped(sound) {
            @Override
            public void send(List<Outgoing> batch, OutcomeListener outcomes) {
                sound.send(batch, (token, outcome) -> {
                    outcomes.onOutcome(token, outcome);
                    outcomes.onOutcome(token, outcome);
                });
            }
        });
        mutants.put("confirms before anything arrived", sound -> new Wrapped(sound) {
            @Override
            public void send(List<Outgoing> batch, OutcomeListener outcomes) {
                batch.forEach(sending -> outcomes.onOutcome(sending.token(), Outcome.CONFIRMED));
            }
        });
        mutants.put("drops headers", sound -> new Wrapped(sound) {
            @Override
            public void send(List<Outgoing> batch, OutcomeListener outcomes) {
                sound.send(
                        batch.stream()
                                .map(OtherContractsTeethTest::withoutHeaders)
                                .toList(),
                        outcomes);
            }
        });
        mutants.put("says nothing when it is closed", sound -> new Wrapped(sound) {
            @Override
            public void send(List<Outgoing> batch, OutcomeListener outcomes) {
                sound.send(batch, (token, outcome) -> {
                    if (!(outcome instanceof Outcome.Unknown)) {
                        outcomes.onOutcome(token, outcome);
                    }
                });
            }
        });
        return mutants.entrySet().stream()
                .map(mutant -> caught(mutant.getKey(), () -> new TransportSuite(mutant.getValue())));
    }

    @TestFactory
    Stream<DynamicTest> everyTransportThatBreaksRunsIsCaught() {
        Map<String, Function<InMemoryTransport, Transport>> mutants = new LinkedHashMap<>();
        mutants.put("takes a run one by one", sound -> new Wrapped(sound) {
            @Override
            public void send(List<Outgoing> batch, OutcomeListener outcomes) {
                batch.forEach(sending -> sound.send(List.of(sending), outcomes));
            }
        });
        mutants.put("takes a run from its end", sound -> new Wrapped(sound) {
            @Override
            public void send(List<Outgoing> batch, OutcomeListener outcomes) {
                List<Outgoing> reversed = new ArrayList<>(batch);
                Collections.reverse(reversed);
                sound.send(reversed, outcomes);
            }
        });
        return mutants.entrySet().stream()
                .map(mutant -> caught(mutant.getKey(), () -> new RunsSuite(mutant.getValue())));
    }

    private static Outgoing withoutHeaders(Outgoing sending) {
        Message message = sending.message();
        Message bare = Message.to(message.destination())
                .id(message.id())
                .key(message.key().orElse(null))
                .type(message.type())
                .payload(message.contentType(), message.payload());
        return new Outgoing(sending.token(), bare, sending.createdAt(), sending.attempt());
    }

    private static DynamicTest caught(String mistake, Supplier<?> suite) {
        return dynamicTest(
                "one that " + mistake,
                () -> assertThat(ContractRun.failures(suite)).as("failed tests").isNotEmpty());
    }

    private static final class DeliverySuite extends DeliveryStoreContract {
        private final ManualClock clock = new ManualClock();
        private final InMemoryStore store;

        DeliverySuite(Function<InstantSource, InMemoryStore> mutant) {
            this.store = mutant.apply(clock);
        }

        @Override
        protected DeliveryStore store() {
            return store;
        }

        @Override
        protected DeadLetters deadLetters() {
            return store;
        }

        @Override
        protected boolean accept(String consumer, String messageId) {
            return store.accept(consumer, messageId);
        }

        @Override
        protected void passTime(Duration time) {
            clock.advance(time);
        }
    }

    private static final class DeadLettersSuite extends DeadLettersContract {
        private final ManualClock clock = new ManualClock();
        private final InMemoryStore store;

        DeadLettersSuite(Function<InstantSource, InMemoryStore> mutant) {
            this.store = mutant.apply(clock);
        }

        @Override
        protected OutboxStore store() {
            return store;
        }

        @Override
        protected PublishingTransaction begin() {
            return store.begin();
        }

        @Override
        protected DeliveryStore deliveries() {
            return store;
        }

        @Override
        protected boolean accept(String consumer, String messageId) {
            return store.accept(consumer, messageId);
        }

        @Override
        protected void passTime(Duration time) {
            clock.advance(time);
        }
    }

    private static final class TransportSuite extends InMemoryTransportTest {
        private final Transport mutant;

        TransportSuite(Function<InMemoryTransport, Transport> mutant) {
            this.mutant = mutant.apply(inMemory());
        }

        @Override
        protected Transport transport() {
            return mutant;
        }
    }

    private static final class RunsSuite extends InMemoryTransportRunsTest {
        private final Transport mutant;

        RunsSuite(Function<InMemoryTransport, Transport> mutant) {
            this.mutant = mutant.apply(inMemory());
        }

        @Override
        protected Transport transport() {
            return mutant;
        }
    }

    private static class Wrapped implements Transport {
        private final InMemoryTransport sound;

        Wrapped(InMemoryTransport sound) {
            this.sound = sound;
        }

        @Override
        public void send(List<Outgoing> batch, OutcomeListener outcomes) {
            sound.send(batch, outcomes);
        }

        @Override
        public int longestRun() {
            return sound.longestRun();
        }

        @Override
        public Duration sendTimeout() {
            return Duration.ofMillis(1);
        }

        @Override
        public void close() {
            sound.close();
        }
    }
}
