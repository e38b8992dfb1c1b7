package dev.outbox.jdbc;

import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Rows of parameters as one text, an array of arrays in JSON, for databases that can read it as a table. Bytes are Base64. */
final class JsonRows {
    private final StringBuilder text = new StringBuilder(256);
    private final TimeText times;

    /** How a point in time is written. */
    @FunctionalInterface
    interface TimeText {
        String of(Instant time);
    }

    private JsonRows(TimeText times) {
        this.times = times;
    }

    static <T> String of(Columns<T> columns, TimeText times) {
        JsonRows rows = new JsonRows(times);
        rows.text.append('[');
        for (int row = 0; row < columns.rows(); row++) {
            rows.text.append(row == 0 ? "[" : ",[");
            for (int column = 0; column < columns.width(); column++) {
                rows.append(column, columns.value(column, row));
            }
            rows.text.append(']');
        }
        return rows.text.append(']').toString();
    }

    /** An array of numbers. */
    static String of(Long[] numbers) {
        StringBuilder text = new StringBuilder(2 + 12 * numbers.length).append('[');
        for (int i = 0; i < numbers.length; i++) {
            text.append(i == 0 ? "" : ",").append(numbers[i]);
        }
        return text.append(']').toString();
    }

    private void append(int column, @Nullable Object value) {
        if (column > 0) {
            text.append(',');
        }
        if (value == null || value instanceof Number) {
            text.append(value);
        } else if (value instanceof byte[] bytes) {
            text.append('"').append(Base64.getEncoder().encodeToString(bytes)).append('"');
        } else if (value instanceof Instant time) {
            text.append('"').append(times.of(time)).append('"');
        } else {
            appendQuoted((String) value);
        }
    }

    private void appendQuoted(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ') {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
