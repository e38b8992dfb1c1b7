package dev.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.relay.Suspects.Note;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SuspectsTest {
    private static final long ALL = -1;
    private static final long KEPT_NANOS = 100;

    private final Suspects suspects = new Suspects(KEPT_NANOS);

    @Test
    void aNoteIsReadAsItWasWritten() {
        List<Note> notes = List.of(
                Note.range(ALL, 17, 30_000, true),
                Note.range(5, 0, Long.MAX_VALUE, false),
                Note.group(ALL, List.of(3L, 9L, Long.MAX_VALUE)),
                Note.alone(1L << 63, 42, 7));

        for (Note note : notes) {
            assertThat(Note.decode(note.encode())).as(note.encode()).contains(note);
        }
    }

    @Test
    void theLongestNoteFitsIntoItsColumn() {
        Note note = Note.group(
                Long.MIN_VALUE,
                LongStream.range(0, Suspects.GROUP)
                        .mapToObj(i -> Long.MAX_VALUE - i)
                        .toList());

        assertThat(note.encode()).hasSizeLessThanOrEqualTo(4_000).isASCII();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "range",
                "range 1 2 3",
                "range a b c true",
                "range 1 2 3 true 4",
                "group",
                "group 1",
                "group 1 x",
                "alone 1 2",
                "alone 1 2 -1",
                "alone 1 2 x",
                "lone 1 2 3",
                "alone 1 2 99999999999"
            })
    void whatIsNoNoteIsPassedOver(String text) {
        assertThat(Note.decode(text)).isEmpty();

        suspects.takeUp("other", text, 0);
        assertThat(suspects.suspicion(0, 1, false)).isEqualTo(Suspicion.NONE);
    }

    @Test
    void aRangeMakesSuspectsOfItsRowsInTheSlotsOfTheOneThatEnded() {
        suspects.takeUp("other", Note.range(1L << 3, 10, 20, false).encode(), 0);

        assertThat(suspects.suspicion(3, 10, false)).isEqualTo(Suspicion.ONE_OF_MANY);
        assertThat(suspects.suspicion(3, 20, false)).isEqualTo(Suspicion.ONE_OF_MANY);
        assertThat(suspects.suspicion(3, 21, false)).isEqualTo(Suspicion.NONE);
        assertThat(suspects.suspicion(4, 15, false)).isEqualTo(Suspicion.NONE);
        assertThat(suspects.suspicion(3, 15, true)).isEqualTo(Suspicion.NONE);
    }

    @Test
    void aGroupSuspectsMoreCloselyThanARange() {
        suspects.takeUp("one", Note.range(ALL, 0, 100, true).encode(), 0);
        suspects.takeUp("two", Note.group(ALL, List.of(7L, 8L)).encode(), 0);

        assertThat(suspects.suspicion(0, 7, true)).isEqualTo(Suspicion.ONE_OF_FEW);
        assertThat(suspects.suspicion(0, 9, true)).isEqualTo(Suspicion.ONE_OF_MANY);
        assertThat(suspects.wasAlone(0, 7, 0)).isFalse();
    }

    @Test
    void g8_whatWasAloneIsChargedUntilItsAttemptsShowThatItWas() {
        suspects.takeUp("other", Note.alone(ALL, 7, 2).encode(), 0);

        assertThat(suspects.wasAlone(0, 7, 2)).isTrue();
        assertThat(suspects.wasAlone(0, 7, 3)).isFalse();
        assertThat(suspects.wasAlone(0, 8, 2)).isFalse();
    }

    @Test
    void aNoteHasServedAfterSomeReadsAndNotBeforeOthersCouldSeeIt() {
        suspects.takeUp("other", Note.range(ALL, 0, 100, true).encode(), 0);

        for (int reads = 1; reads <= 3; reads++) {
            assertThat(suspects.completeRead(KEPT_NANOS))
                    .as("after %d reads", reads)
                    .isEmpty();
            assertThat(suspects.suspicion(0, 5, false)).isEqualTo(Suspicion.ONE_OF_MANY);
        }
        assertThat(suspects.completeRead(KEPT_NANOS - 1)).isEmpty();
        assertThat(suspects.suspicion(0, 5, false)).isEqualTo(Suspicion.NONE);
        assertThat(suspects.completeRead(KEPT_NANOS)).containsExactly("other");
        assertThat(suspects.completeRead(KEPT_NANOS)).isEmpty();
    }

    @Test
    void theNoteOfOneThatLivesAgainIsNotTakenBack() {
        suspects.takeUp("other", Note.range(ALL, 0, 100, true).encode(), 0);
        for (int reads = 0; reads < 5; reads++) {
            suspects.completeRead(0);
        }

        suspects.lives("other");

        assertThat(suspects.completeRead(KEPT_NANOS)).isEmpty();
    }

    @Test
    void g8_theSameNoteOfALaterLifeIsTakenUpAnew() {
        String marker = Note.alone(ALL, 7, 2).encode();
        suspects.takeUp("other", marker, 0);
        for (int reads = 0; reads < 5; reads++) {
            suspects.completeRead(KEPT_NANOS);
        }
        assertThat(suspects.wasAlone(0, 7, 2)).as("the first note has served").isFalse();

        suspects.lives("other");
        suspects.takeUp("other", marker, 0);

        assertThat(suspects.wasAlone(0, 7, 2)).isTrue();
        assertThat(suspects.suspicion(0, 7, false)).isEqualTo(Suspicion.ONE_OF_FEW);
    }

    @Test
    void aNoteIsTakenUpOnce() {
        String marker = Note.range(ALL, 0, 100, true).encode();
        suspects.takeUp("other", marker, 0);
        for (int reads = 0; reads < 5; reads++) {
            suspects.completeRead(KEPT_NANOS);
        }

        suspects.takeUp("other", marker, 0);

        assertThat(suspects.suspicion(0, 5, false)).isEqualTo(Suspicion.NONE);
    }
}
