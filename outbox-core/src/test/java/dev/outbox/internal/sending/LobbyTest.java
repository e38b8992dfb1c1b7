package dev.outbox.internal.sending;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.spi.Outcome;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class LobbyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Lobby lobby = new Lobby(PATIENCE);
    private final Map<Long, String> outcomes = new LinkedHashMap<>();

    private final class Offered extends Sending {
        private final String lane;
        private final BooleanSupplier client;

        Offered(long token, String lane, BooleanSupplier client) {
            super(
                    token,
                    (number, outcome) -> outcomes.put(number, outcome.getClass().getSimpleName()));
            this.lane = lane;
            this.client = client;
        }

        @Override
        public String lane() {
            return lane;
        }

        @Override
        protected boolean handOver() {
            boolean taken = client.getAsBoolean();
            if (taken) {
                report(Outcome.CONFIRMED);
            }
            return taken;
        }

        @Override
        public void giveUp() {
            report(new Outcome.Unavailable(new IllegalStateException("given up")));
        }
    }

    private long serve(Duration later) {
        return lobby.serve(System.nanoTime() + later.toNanos());
    }

    private static boolean broken() {
        throw new IllegalArgumentException("the application's partitioner has failed");
    }

    @Test
    void whatTheClientDoesNotTakeHoldsUpItsOwnLaneAndNoOther() {
        lobby.add(new Offered(1, "a", () -> false));
        lobby.add(new Offered(2, "a", () -> true));
        lobby.add(new Offered(3, "b", () -> true));
        assertThat(serve(Duration.ZERO))
                .isPositive()
                .isLessThan(Duration.ofSeconds(1).toNanos());
        assertThat(outcomes).containsExactly(Map.entry(3L, "Confirmed"));
    }

    @Test
    void whatTheClientDoesNotTakeInTimeIsGivenUpAndTheNextIsOffered() {
        lobby.add(new Offered(1, "a", () -> false));
        lobby.add(new Offered(2, "a", () -> true));
        assertThat(serve(PATIENCE.plusSeconds(1))).isEqualTo(Long.MAX_VALUE);
        assertThat(outcomes).containsExactly(Map.entry(1L, "Unavailable"), Map.entry(2L, "Confirmed"));
    }

    @Test
    void whatTheClientThrowsIsAFailedAttemptOfThatMessageAndTheNextIsOffered() {
        lobby.add(new Offered(1, "a", LobbyTest::broken));
        lobby.add(new Offered(2, "a", () -> true));
        lobby.add(new Offered(3, "b", () -> true));
        assertThat(serve(Duration.ZERO)).isEqualTo(Long.MAX_VALUE);
        assertThat(outcomes)
                .containsOnly(Map.entry(1L, "Failed"), Map.entry(2L, "Confirmed"), Map.entry(3L, "Confirmed"));
    }

    @Test
    void whatIsLeftAtTheEndIsTurnedAway() {
        lobby.add(new Offered(1, "a", () -> false));
        serve(Duration.ZERO);
        lobby.add(new Offered(2, "a", () -> true));
        lobby.clearAll(Sending::giveUp);
        assertThat(outcomes).containsExactly(Map.entry(1L, "Unavailable"), Map.entry(2L, "Unavailable"));
    }
}
