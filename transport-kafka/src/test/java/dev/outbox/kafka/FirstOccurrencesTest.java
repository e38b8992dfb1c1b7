package dev.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The check of the fault test sees what it is for. */
class FirstOccurrencesTest {
    @Test
    void duplicatesAreNoInversions() {
        FirstOccurrences first = of("1", "2", "1", "2", "3", "2");
        assertThat(first.inversions()).isEmpty();
        assertThat(first.duplicates()).isEqualTo(3);
        assertThat(first.count()).isEqualTo(3);
    }

    @Test
    void whatOvertakesOrIsMissingIsAnInversion() {
        assertThat(of("1", "3", "2").inversions()).containsExactly("k:3 came first after 1");
        assertThat(of("2", "3").inversions()).containsExactly("k:2 came first after 0");
    }

    @Test
    void aValueOfAnotherKeyIsSeen() {
        FirstOccurrences first = new FirstOccurrences();
        first.add("k", "other:1");
        assertThat(first.inversions()).hasSize(1);
    }

    private static FirstOccurrences of(String... numbers) {
        FirstOccurrences first = new FirstOccurrences();
        Stream.of(numbers).forEach(number -> first.add("k", "k:" + number));
        return first;
    }
}
