package dev.outbox.jdbc;

import dev.outbox.Message;
import dev.outbox.spi.FailureText;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What can be read of a row that is no message, so that a person sees which one it is: names are made to fit, and headers, correlation and time are left out. In the order of
 * {@link MessageRow}.
 */
final class MendedRow {
    private static final String NOTHING = "unreadable";
    /** In characters, each of which takes at most four bytes of 255. */
    private static final int LONGEST = 60;

    private MendedRow() {}

    static Message.Builder builder(ResultSet row, int first) throws SQLException {
        String key = row.getString(first + 2);
        return Message.to(name(row.getString(first + 1)))
                .id(name(row.getString(first)))
                .key(key == null || key.isEmpty() ? null : name(key))
                .type(name(row.getString(first + 3)));
    }

    /** {@code text} if it can be a part of the envelope, else what is left of it. */
    static String name(@Nullable String text) {
        if (text == null) {
            return NOTHING;
        }
        try {
            return requireName(text);
        } catch (IllegalArgumentException unfit) {
            String clean = FailureText.clean(text);
            String mended = clean.codePoints()
                    .limit(LONGEST)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            return mended.isEmpty() ? NOTHING : mended;
        }
    }

    /**
     * The one rule that holds for all names of an envelope.
     *
     * @throws IllegalArgumentException if {@code text} breaks it
     */
    static String requireName(String text) {
        Message.to(text);
        return text;
    }
}
