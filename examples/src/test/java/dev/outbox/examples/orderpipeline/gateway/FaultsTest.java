package dev.outbox.examples.orderpipeline.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.outbox.examples.orderpipeline.gateway.Faults.Fault;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {
    @Test
    void whatIsWrittenIsReadBack() {
        Faults faults = Faults.parse("timeout=0.25,decline=1", 42);

        assertThat(faults).isEqualTo(new Faults(42, 0.25, 0, 0, 1));
        assertThat(Faults.parse(faults.text(), 42)).isEqualTo(faults);
        assertThat(Faults.parse("none", 42)).isEqualTo(new Faults(42, 0, 0, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "timeout",
                "timeout=",
                "timeout=much",
                "timeout=1.1",
                "timeout=-0.1",
                "timeout=NaN",
                "delay=0.1",
                "timeout=0.1,",
                "timeout=0.6,error=0.5"
            })
    void whatMakesNoSenseIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Faults.parse(text, 0));
    }

    @Test
    void eachFaultHasItsShareAndTheSameSeedTheSameFaults() {
        Faults faults = new Faults(3, 0.1, 0.2, 0.3, 0.4);
        Map<Fault, Integer> drawn = new EnumMap<>(Fault.class);
        int declined = 0;
        for (int i = 0; i < 10_000; i++) {
            Fault fault = faults.draw("order " + i, 1);
            assertThat(new Faults(3, 0.1, 0.2, 0.3, 0.4).draw("order " + i, 1)).isEqualTo(fault);
            drawn.merge(fault, 1, Integer::sum);
            declined += faults.declines("order " + i) ? 1 : 0;
        }
        assertThat(drawn.get(Fault.TIMEOUT)).isBetween(850, 1_150);
        assertThat(drawn.get(Fault.RATE_LIMIT)).isBetween(1_800, 2_200);
        assertThat(drawn.get(Fault.ERROR)).isBetween(2_750, 3_250);
        assertThat(declined).isBetween(3_750, 4_250);
    }
}
