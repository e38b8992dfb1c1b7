package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private final Patience patience = new Patience();

    @Test
    void itIsHalfOfTheShortestLease() {
        patience.lease(Duration.ofSeconds(4));
        patience.lease(Duration.ofSeconds(2));
        patience.lease(Duration.ofSeconds(3));
        assertThat(patience.millis()).isEqualTo(1_000);
    }

    @Test
    void itIsNeverLongerThanFiveSeconds() {
        assertThat(patience.millis()).isEqualTo(5_000);
        patience.lease(Duration.ofMinutes(10));
        assertThat(patience.millis()).isEqualTo(5_000);
    }

    @Test
    void itIsNeverShorterThanWhatTheShortestLeaseAsksFor() {
        patience.lease(Duration.ofMillis(1));
        assertThat(patience.millis()).isEqualTo(250);
    }
}
