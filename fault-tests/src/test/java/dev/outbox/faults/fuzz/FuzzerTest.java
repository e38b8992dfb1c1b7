package dev.outbox.faults.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The fuzzer finds what it is there to find. */
class FuzzerTest {
    /** Breaks its promise at about one input in a hundred. */
    private static final class Broken implements Target {
        final AtomicLong fed = new AtomicLong();

        @Override
        public String name() {
            return "broken";
        }

        @Override
        public boolean feed(SplittableRandom random) {
            fed.incrementAndGet();
            Promises.require(random.nextInt(100) != 7, "never seven");
            return true;
        }
    }

    @Test
    void sayWithWhichInputAPromiseWasBrokenAndBreaksItAgain() {
        Broken target = new Broken();
        assertThatThrownBy(() -> new Fuzzer(target, 5).feed(0, 10_000)).hasMessageContaining("never seven");
        long number = target.fed.get() - 1;
        assertThatThrownBy(() -> new Fuzzer(new Broken(), 5).feed(number, 1))
                .hasMessageContaining("dev/fuzz broken 1 5 " + number);
    }

    @Test
    void anErrorTextWithAnEscapeOrAValueIsNoticed() {
        assertThatThrownBy(() -> Promises.harmless("\u001b[2J")).hasMessageContaining("U+001B");
        assertThatThrownBy(() -> Promises.harmless("a\uD800")).hasMessageContaining("U+D800");
        assertThatThrownBy(() -> Promises.harmless("x".repeat(1_001))).hasMessageContaining("bounded");
        assertThatThrownBy(() -> Promises.discreet(new RuntimeException("a", new RuntimeException(Hostile.CANARY))))
                .hasMessageContaining("quotes");
        Promises.harmless("😀 all is well");
    }

    @Test
    void theSameInputIsTheSameEachTime() {
        SplittableRandom one = new SplittableRandom(9);
        SplittableRandom other = new SplittableRandom(9);
        for (int i = 0; i < 1_000; i++) {
            assertThat(Hostile.text(one)).isEqualTo(Hostile.text(other));
            assertThat(JsonTexts.value(one, 0)).isEqualTo(JsonTexts.value(other, 0));
        }
    }
}
