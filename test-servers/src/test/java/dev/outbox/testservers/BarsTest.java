package dev.outbox.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BarsTest {
    private final String before = System.getProperty(Bars.PROPERTY, "false");

    @AfterEach
    void restore() {
        System.setProperty(Bars.PROPERTY, before);
    }

    @Test
    void theBarsAreDemandedWhenTheyAreAskedForAndLooserValuesOtherwise() {
        System.setProperty(Bars.PROPERTY, "false");
        assertThat(Bars.atLeast(0.9, 0.3)).isEqualTo(0.3);
        assertThat(Bars.atMost(1.5, 6)).isEqualTo(6);
        assertThat(Bars.atMost(Duration.ofSeconds(1), Duration.ofSeconds(5))).isEqualTo(Duration.ofSeconds(5));

        for (String set : new String[] {"", "true"}) {
            System.setProperty(Bars.PROPERTY, set);
            assertThat(Bars.atLeast(0.9, 0.3)).isEqualTo(0.9);
            assertThat(Bars.atMost(1.5, 6)).isEqualTo(1.5);
            assertThat(Bars.atMost(Duration.ofSeconds(1), Duration.ofSeconds(5)))
                    .isEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void aLooserValueThatIsStricterThanTheBarIsRefused() {
        assertThatThrownBy(() -> Bars.atLeast(0.3, 0.9)).hasMessage("floor 0.9 is above the bar 0.3");
        assertThatThrownBy(() -> Bars.atMost(6, 1.5)).hasMessage("ceiling 1.5 is below the bar 6.0");
        assertThatThrownBy(() -> Bars.atMost(Duration.ofSeconds(5), Duration.ofSeconds(1)))
                .hasMessage("ceiling PT1S is below the bar PT5S");
    }
}
