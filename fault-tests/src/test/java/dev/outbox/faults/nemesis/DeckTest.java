package dev.outbox.faults.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.faults.nemesis.Span.Seconds;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeckTest {
    private static final List<List<Fault>> KINDS =
            Stream.of("kill", "halt", "cut").map(DeckTest::ofTwo).toList();
    private static final int STEPS = 300;

    private static List<Fault> ofTwo(String verb) {
        return Stream.of("one", "two")
                .<Fault>map(subject -> new Span(
                        verb + " " + subject,
                        Set.of(subject),
                        new Seconds(1, 2).least(),
                        new Seconds(1, 2).most(),
                        () -> {},
                        () -> {}))
                .toList();
    }

    private static List<Deck.Step> steps(long seed) {
        Deck deck = new Deck(KINDS, seed);
        return IntStream.range(0, STEPS).mapToObj(i -> deck.next()).toList();
    }

    @Test
    void aSeedRepeatsItsSchedule() {
        assertThat(texts(7)).isEqualTo(texts(7)).isNotEqualTo(texts(8));
    }

    private static List<String> texts(long seed) {
        return steps(seed).stream()
                .map(step -> step.name() + " " + step.length())
                .toList();
    }

    @Test
    void everyThirdStepIsOfTwoFaultsOfDifferentSubjects() {
        List<Deck.Step> steps = steps(1);
        for (int i = 0; i < STEPS; i++) {
            List<Fault> faults = steps.get(i).faults();
            assertThat(faults).as("step %d", i).hasSize(i % 3 == 2 ? 2 : 1);
            if (faults.size() == 2) {
                assertThat(Collections.disjoint(
                                faults.get(0).subjects(), faults.get(1).subjects()))
                        .isTrue();
            }
        }
    }

    @Test
    void noKindComesAgainBeforeAllHaveCome() {
        List<Deck.Step> steps = steps(1);
        for (int i = 0; i + 2 < STEPS; i += 3) {
            assertThat(steps.subList(i, i + 3))
                    .extracting(step -> step.name().split(" ", 2)[0])
                    .containsExactlyInAnyOrder("kill", "halt", "cut");
        }
    }

    @Test
    void aFaultLastsNoShorterAndNoLongerThanItSays() {
        assertThat(steps(1))
                .allSatisfy(step ->
                        assertThat(step.length()).isBetween(new Seconds(1, 2).least(), new Seconds(1, 2).most()));
    }
}
