package dev.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.outbox.retry.RetryPolicy;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RelayOptionsTest {
    private final RelayOptions options = RelayOptions.defaults();

    @Test
    void eachMethodChangesWhatItNamesAndNothingElse() {
        RelayOptions changed = options.lease(Duration.ofSeconds(3))
                .memory(10, 20, 30)
                .maxInFlight(40)
                .settle(50, Duration.ofMillis(60))
                .poll(Duration.ofMillis(70), Duration.ofMillis(80))
                .retry(RetryPolicy.none())
                .sweep(Duration.ofSeconds(90));

        assertThat(changed.lease()).isEqualTo(Duration.ofSeconds(3));
        assertThat(List.of(changed.fetchSize(), changed.maxHeld(), changed.maxInFlight(), changed.settleSize()))
                .containsExactly(10, 20, 40, 50);
        assertThat(changed.maxHeldBytes()).isEqualTo(30);
        assertThat(changed.settleDelay()).isEqualTo(Duration.ofMillis(60));
        assertThat(changed.minPoll()).isEqualTo(Duration.ofMillis(70));
        assertThat(changed.maxPoll()).isEqualTo(Duration.ofMillis(80));
        assertThat(changed.retry().maxAttempts()).isEqualTo(1);
        assertThat(changed.pause()).isSameAs(options.pause());
        assertThat(changed.sweep()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void aNumberOutOfItsBoundsIsRefusedByName() {
        assertRefused("lease PT0.499S", () -> options.lease(Duration.ofMillis(499)));
        assertRefused(
                "lease PT10M0.001S", () -> options.lease(Duration.ofMinutes(10).plusMillis(1)));
        assertRefused("fetchSize 0", () -> options.memory(0, 10, 10));
        assertRefused("fetchSize 100001", () -> options.memory(100_001, 200_000, 10));
        assertRefused("maxHeld 1000001", () -> options.memory(1, 1_000_001, 10));
        assertRefused("maxHeldBytes 0", () -> options.memory(1, 1, 0));
        assertRefused("maxInFlight 0", () -> options.maxInFlight(0));
        assertRefused("settleSize 0", () -> options.settle(0, Duration.ZERO));
        assertRefused("settleDelay PT-0.001S", () -> options.settle(1, Duration.ofMillis(-1)));
        assertRefused("settleDelay PT1.001S", () -> options.settle(1, Duration.ofMillis(1_001)));
        assertRefused("minPoll PT0S", () -> options.poll(Duration.ZERO, Duration.ofSeconds(1)));
        assertRefused("maxPoll PT1M1S", () -> options.poll(Duration.ofSeconds(1), Duration.ofSeconds(61)));
        assertRefused("sweep PT0.999S", () -> options.sweep(Duration.ofMillis(999)));
    }

    @Test
    void numbersThatContradictEachOtherAreRefusedWithBothNamed() {
        assertRefused("maxHeld 9 must be at least fetchSize 10", () -> options.memory(10, 9, 1));
        assertRefused(
                "maxPoll PT0.01S must be at least minPoll PT0.02S",
                () -> options.poll(Duration.ofMillis(20), Duration.ofMillis(10)));
    }

    @Test
    void nothingMayBeNull() {
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(() -> options.lease(null))
                .withMessage("lease");
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(() -> options.retry(null))
                .withMessage("retry");
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(() -> options.pause(null))
                .withMessage("pause");
    }

    private static void assertRefused(String text, ThrowingCallable call) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(call)
                .withMessageContaining(text);
    }
}
