package dev.outbox.jdbc;

import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Rows of parameters as texts, an array of arrays in JSON each, for databases that can read such as a table. Bytes are Base64. A server takes packets up to a size (MySQL and MariaDB 16 MiB or more by
 * default), so many rows are several parts, in their order; a row alone may be larger. For one thread.
 */
final class JsonRows {
    /** On its way a part may be twice as long, where it consists of what has to be escaped. */
    private static final long MOST_BYTES = 4 << 20;

    /** A number, a time, null, and what stands around a value. */
    private static final int SMALL = 32;

    private static final String HEX = "0123456789abcdef";

    private final Columns<?> columns;
    private final TimeText times;
    private final StringBuilder text = new StringBuilder(256);
    private int row;

    /** How a point in time is written. */
    @FunctionalInterface
    interface TimeText {
        String of(Instant time);
    }

    JsonRows(Columns<?> columns, TimeText times) {
        this.columns = columns;
        this.times = times;
    }

    boolean hasNext() {
        return row < columns.rows();
    }

    /** The next rows, at least one. */
    String next() {
        text.setLength(0);
        long bytes = 0;
        for (boolean first = true; hasNext(); first = false) {
            bytes += bytes(row);
            if (bytes > MOST_BYTES && !first) {
                break;
            }
            text.append(first ? "[[" : ",[");
            for (int column = 0; column < columns.width(); column++) {
                append(column, columns.value(column, row));
            }
            text.append(']');
            row++;
        }
        return text.append(']').toString();
    }

    /** At least as many as the row takes. */
    private long bytes(int index) {
        long bytes = 0;
        for (int column = 0; column < columns.width(); column++) {
            Object value = columns.value(column, index);
            if (value instanceof byte[] payload) {
                bytes += payload.length / 3 * 4L;
            } else if (value instanceof String string) {
                bytes += bytes(string);
            }
            bytes += SMALL;
        }
        return bytes;
    }

    private static long bytes(String value) {
        long bytes = value.length();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ') {
                bytes += 5;
            } else if (c == '"' || c == '\\') {
                bytes++;
            } else if (c > '\u007f') {
                bytes += 2;
            }
        }
        return bytes;
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
                text.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
