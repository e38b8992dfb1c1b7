package dev.outbox.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.spi.DeadReason;
import dev.outbox.testkit.InMemoryStore;
import dev.outbox.testkit.ManualClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeliverySimTest {
    private static final int SEEDS = 600;
    private static final int SEEDS_FOR_A_MUTANT = 300;

    @Test
    void whateverHappensNothingIsLostOrReorderedOrTriedTooOften() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            assertThat(new DeliverySimulation(seed, InMemoryStore::new).run())
                    .as("seed " + seed)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPlantedBugIsFound(Mutant mutant) {
        for (long seed = 1; seed <= SEEDS_FOR_A_MUTANT; seed++) {
            List<String> violations = new DeliverySimulation(seed, mutant.store).run();
            if (violations.stream().anyMatch(text -> text.startsWith(mutant.breaks))) {
                return;
            }
        }
        throw new AssertionError(mutant + " survived " + SEEDS_FOR_A_MUTANT + " seeds");
    }

    /** Stores with one mistake each, and the guarantee that it breaks. */
    enum Mutant {
        KEYS_ARE_NEVER_BLOCKED("G7", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized Set<ConsumerKey> blocked(Collection<ConsumerKey> keys) {
                return Set.of();
            }
        }),
        PARKING_LOSES("G1", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized void park(Delivery delivery, int attempts, Duration delay, String error) {}
        }),
        ONLY_THE_FIRST_IS_PARKED_BEHIND("G1", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized void parkBehind(List<Delivery> list) {
                super.parkBehind(list.subList(0, 1));
            }
        }),
        ATTEMPTS_ARE_FORGOTTEN("G8", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized void reschedule(
                    String instance, long number, int attempts, Duration delay, String error) {
                super.reschedule(instance, number, 1, delay, error);
            }
        }),
        DEAD_LETTERS_ARE_DROPPED("G1", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized boolean bury(
                    String instance, long number, DeadReason reason, int attempts, String error) {
                complete(instance, number);
                return true;
            }
        }),
        EVERY_LAPSE_IS_CHARGED_TO_ALL("G8", ChargingStore::new),
        COMPLETION_IS_FORGOTTEN("G", clock -> new InMemoryStore(clock) {
            @Override
            public synchronized void complete(String instance, long number) {
                reschedule(instance, number, 0, Duration.ofMillis(10), "");
            }
        });

        final String breaks;
        final Function<ManualClock, InMemoryStore> store;

        Mutant(String breaks, Function<ManualClock, InMemoryStore> store) {
            this.breaks = breaks;
            this.store = store;
        }
    }

    /** Takes every claim for an attempt. */
    private static final class ChargingStore extends InMemoryStore {
        ChargingStore(InstantSource clock) {
            super(clock);
        }

        @Override
        public synchronized List<Claimed> claimDue(
                String instance, Collection<String> consumers, int limit, Duration claim) {
            return super.claimDue(instance, consumers, limit, claim).stream()
                    .map(row -> new Claimed(
                            row.number(),
                            row.delivery(),
                            row.attempts() + 1,
                            row.suspect(),
                            row.parkedNanosAgo(),
                            row.lastDelayNanos()))
                    .toList();
        }
    }
}
