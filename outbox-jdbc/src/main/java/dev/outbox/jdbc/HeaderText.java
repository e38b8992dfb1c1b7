package dev.outbox.jdbc;

import dev.outbox.Headers;
import dev.outbox.Message;
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

    static void addTo(Message.Builder builder, @Nullable String text) {
        if (text == null) {
            return;
        }
        for (int start = 0; start < text.length(); ) {
            int colon = text.indexOf(':', start);
            int end = text.indexOf('\n', colon);
            builder.header(text.substring(start, colon), text.substring(colon + 1, end));
            start = end + 1;
        }
    }
}
