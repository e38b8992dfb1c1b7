package dev.outbox.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRowsTest {
    private static final int MOST_BYTES = 4 << 20;
    private static final int ROWS = 2_500;

    private static List<String> parts(Columns<?> columns) {
        JsonRows rows = new JsonRows(columns, Instant::toString);
        List<String> parts = new ArrayList<>();
        while (rows.hasNext()) {
            parts.add(rows.next());
        }
        return parts;
    }

    @Test
    void aFewRowsAreOneText() {
        Columns<Integer> columns = Columns.of(List.of(1, 2))
                .integers(i -> i)
                .texts(i -> i == 1 ? null : "a \"b\" \\ \n é")
                .bytes(i -> new byte[] {i.byteValue()})
                .times(i -> Instant.EPOCH);
        assertThat(parts(columns))
                .containsExactly("[[1,null,\"AQ==\",\"1970-01-01T00:00:00Z\"],"
                        + "[2,\"a \\\"b\\\" \\\\ \\u000a é\",\"Ag==\",\"1970-01-01T00:00:00Z\"]]");
    }

    /** As a server takes only so much at a time; whatever the characters, and though some are written with six. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "\"", "\\", "\u0001", "ä", "漢", "🙂"})
    void noPartIsLargerThanAServerTakesAndAllRowsAreThereInOrder(String character) {
        String error = character.repeat(4_000 / character.length());
        Columns<Integer> columns = Columns.of(Collections.nCopies(ROWS, 1)).texts(i -> error);
        String row =
                "[" + parts(Columns.of(List.of(1)).texts(i -> error)).get(0).replaceAll("^\\[\\[|]]$", "") + "]";
        List<String> parts = parts(columns);
        assertThat(parts.stream()
                        .mapToInt(part -> part.getBytes(UTF_8).length)
                        .max()
                        .orElse(0))
                .isBetween(MOST_BYTES / 2, MOST_BYTES);
        String together = String.join(
                ",",
                parts.stream().map(part -> part.substring(1, part.length() - 1)).toList());
        assertThat(together.equals(String.join(",", Collections.nCopies(ROWS, row))))
                .isTrue();
    }

    @Test
    void payloadsCountAsTheyAreWritten() {
        Columns<Integer> columns = Columns.of(Collections.nCopies(20, 1)).bytes(i -> new byte[1_000_000]);
        assertThat(parts(columns).stream().map(String::length)).hasSize(7).allMatch(length -> length <= MOST_BYTES);
    }

    @Test
    void aRowThatIsLargerGoesAlone() {
        List<Integer> sizes = List.of(10, 2 * MOST_BYTES, 10, 10);
        List<String> parts = parts(Columns.of(sizes).bytes(size -> new byte[size]));
        assertThat(parts.stream().map(part -> part.length() > MOST_BYTES)).containsExactly(false, true, false);
    }
}
