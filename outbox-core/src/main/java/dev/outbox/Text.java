package dev.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Objects;

/** Checks on text that comes from outside. */
final class Text {
    private static final int LONGEST_QUOTE = 64;
    /** A char takes so many bytes at most. */
    private static final int MAX_UTF8_BYTES = 3;

    private Text() {}

    /** {@code text} if it is well-formed Unicode without control characters. */
    static String requirePlain(String what, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7F) {
                continue;
            }
            if (Character.isISOControl(c)) {
                throw new IllegalArgumentException(
                        what + " has the control character U+" + hex(c) + " at index " + i + "; remove or encode it");
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException(
                        what + " has the lone surrogate U+" + hex(c) + " at index " + i + "; it is not valid Unicode");
            }
        }
        return text;
    }

    /** {@code text} if it is plain, not empty and at most {@code maxBytes} long in UTF-8. */
    static String requireName(String what, String text, int maxBytes) {
        Objects.requireNonNull(text, what);
        if (text.isEmpty()) {
            throw new IllegalArgumentException(what + " must not be empty");
        }
        requirePlain(what, text);
        int bytes = text.length() <= maxBytes / MAX_UTF8_BYTES ? 0 : utf8Length(text);
        if (bytes > maxBytes) {
            throw new IllegalArgumentException(
                    what + " " + quoted(text) + " has " + bytes + " bytes in UTF-8; the limit is " + maxBytes);
        }
        return text;
    }

    /** The length of well-formed {@code text} in UTF-8 bytes. */
    static int utf8Length(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) >= 0x80) {
                return text.getBytes(UTF_8).length;
            }
        }
        return length;
    }

    /** A value for an error message: quoted, cut, and harmless in a terminal. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("'");
        text.codePoints()
                .limit(LONGEST_QUOTE)
                .map(c -> Character.isISOControl(c) || (c >= 0xD800 && c <= 0xDFFF) ? '?' : c)
                .forEach(quoted::appendCodePoint);
        return quoted.append(text.codePointCount(0, text.length()) > LONGEST_QUOTE ? "…'" : "'")
                .toString();
    }

    private static String hex(char c) {
        return String.format(java.util.Locale.ROOT, "%04X", (int) c);
    }
}
