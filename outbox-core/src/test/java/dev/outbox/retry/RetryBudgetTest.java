package dev.outbox.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    @Test
    void grantsItsCapacityAndThenARetryForEveryTenSuccesses() {
        RetryBudget budget = RetryBudget.ofCapacity(3);

        assertThat(grants(budget, 10)).isEqualTo(3);
        succeed(budget, 9);
        assertThat(budget.tryRetry()).isFalse();
        succeed(budget, 1);
        assertThat(grants(budget, 10)).isEqualTo(1);
    }

    @Test
    void successesBeyondTheCapacityAreNotSaved() {
        RetryBudget budget = RetryBudget.ofCapacity(2);
        succeed(budget, 1_000);

        assertThat(budget.available()).isEqualTo(2);
        assertThat(grants(budget, 10)).isEqualTo(2);
        assertThat(budget).hasToString("RetryBudget[available=0, capacity=2]");
    }

    @Test
    void aRefusedRetryCostsNothing() {
        RetryBudget budget = RetryBudget.ofCapacity(1);
        assertThat(grants(budget, 1)).isEqualTo(1);
        succeed(budget, 9);
        assertThat(grants(budget, 100)).isZero();
        succeed(budget, 1);

        assertThat(budget.tryRetry()).isTrue();
    }

    @Test
    void retriesNeverExceedTheCapacityPlusATenthOfTheSuccesses() {
        for (long seed = 0; seed < 300; seed++) {
            RandomGenerator random = new SplittableRandom(seed);
            int capacity = random.nextInt(1, 50);
            double shareOfSuccesses = random.nextDouble();
            RetryBudget budget = RetryBudget.ofCapacity(capacity);
            long successes = 0;
            long retries = 0;
            for (int step = 0; step < 2_000; step++) {
                if (random.nextDouble() < shareOfSuccesses) {
                    budget.success();
                    successes++;
                } else if (budget.tryRetry()) {
                    retries++;
                }
                assertThat(10 * retries)
                        .as("seed %d, step %d", seed, step)
                        .isLessThanOrEqualTo(10L * capacity + successes);
                assertThat(budget.available())
                        .as("seed %d, step %d", seed, step)
                        .isBetween(0, capacity);
            }
        }
    }

    @Test
    void retriesAddNoMoreThanATenthToTheLoadOfADestinationThatFailsMostCalls() {
        RetryBudget budget = RetryBudget.ofCapacity(10);
        RandomGenerator random = new SplittableRandom(7);
        int calls = 100_000;
        int attempts = 0;
        for (int call = 0; call < calls; call++) {
            boolean again = true;
            while (again) {
                attempts++;
                boolean success = random.nextDouble() < 0.3;
                if (success) {
                    budget.success();
                }
                again = !success && budget.tryRetry();
            }
        }
        assertThat(attempts).as("attempts for %d calls, seed 7", calls).isLessThanOrEqualTo(calls * 11 / 10);
    }

    @Test
    void tokensAreNeitherLostNorMadeWhenThreadsShareTheBudget() throws Exception {
        int threads = 2;
        int rounds = 1_000_000;
        int capacity = 1_000;
        RetryBudget budget = RetryBudget.ofCapacity(capacity);
        // Away from both edges nothing is refused and nothing is cut off, so the sum must be exact.
        assertThat(grants(budget, capacity / 2)).isEqualTo(capacity / 2);
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Integer>> results = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                results.add(executor.submit(() -> {
                    start.await(10, TimeUnit.SECONDS);
                    int granted = 0;
                    for (int round = 0; round < rounds; round++) {
                        succeed(budget, 10);
                        granted += grants(budget, 1);
                    }
                    return granted;
                }));
            }
            int granted = 0;
            for (Future<Integer> result : results) {
                granted += result.get(30, TimeUnit.SECONDS);
            }
            assertThat(granted).isEqualTo(threads * rounds);
            assertThat(budget.available()).isEqualTo(capacity / 2);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void refusesACapacityOutOfBounds() {
        for (int bad : new int[] {0, -1, 1_000_001}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RetryBudget.ofCapacity(bad))
                    .withMessage("capacity is " + bad + "; it must be from 1 to 1000000 retries");
        }
    }

    private static int grants(RetryBudget budget, int asked) {
        int granted = 0;
        for (int retry = 0; retry < asked; retry++) {
            granted += budget.tryRetry() ? 1 : 0;
        }
        return granted;
    }

    private static void succeed(RetryBudget budget, int times) {
        for (int success = 0; success < times; success++) {
            budget.success();
        }
    }
}
