package dev.outbox.jdbc;

import dev.outbox.Headers;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Headers as one text: a line {@code name:value} each. Names have no colon and values no line end, so nothing needs escaping. */
final class HeaderText {
    private HeaderText() {}

    /** The text; null when there are none. */
    static @Nullable String of(Headers headers) {
        if (headers.isEmpty()) {
            return null;
        }
        StringBuilder text = new StringBuilder(64);
        for (Map.Entry<String, String> header : headers.asMap().entrySet()) {
            text.append(header.getKey()).append(':').append(header.getValue()).append('\n');
        }
        return text.toString();
    }

    /**
     * The headers of {@code text}, as {@link #of} has written it.
     *
     * @throws IllegalArgumentException if somebody else has written it; it does not say what is there
     */
    static Headers parse(@Nullable String text) {
        if (text == null) {
            return Headers.none();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (int start = 0; start < text.length(); ) {
            int colon = text.indexOf(':', start);
            int end = text.indexOf('\n', start);
            if (colon < 0 || end < colon) {
                throw new IllegalArgumentException(
                        "the column headers must have a line for each header, its name, a colon, its value and a line"
                                + " feed; line "
                                + (headers.size() + 1) + " is none");
            }
            headers.put(text.substring(start, colon), text.substring(colon + 1, end));
            start = end + 1;
        }
        return Headers.of(headers);
    }
}
