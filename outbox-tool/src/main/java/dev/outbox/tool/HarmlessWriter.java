package dev.outbox.tool;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.Locale;

/**
 * Lets through what only shows itself, and line feeds. Everything that a terminal might obey, or that turns the direction of text around, becomes its number in hexadecimal, written as in JSON, where it stands
 * for the same character.
 */
final class HarmlessWriter extends FilterWriter {
    private static final int NONE = -1;

    private int highSurrogate = NONE;

    HarmlessWriter(Writer out) {
        super(out);
    }

    @Override
    public void write(int c) throws IOException {
        char unit = (char) c;
        if (highSurrogate != NONE) {
            char high = (char) highSurrogate;
            highSurrogate = NONE;
            if (Character.isLowSurrogate(unit)) {
                writePair(high, unit);
                return;
            }
            escape(high);
        }
        if (Character.isHighSurrogate(unit)) {
            highSurrogate = unit;
        } else if (unit == '\n' || isHarmless(unit)) {
            out.write(unit);
        } else {
            escape(unit);
        }
    }

    private void writePair(char high, char low) throws IOException {
        if (isHarmless(Character.toCodePoint(high, low))) {
            out.write(high);
            out.write(low);
        } else {
            escape(high);
            escape(low);
        }
    }

    private void escape(char unit) throws IOException {
        out.write(String.format(Locale.ROOT, "\\u%04x", (int) unit));
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    @Override
    public void write(char[] buffer, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            write(buffer[i]);
        }
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
        write(text.toCharArray(), offset, length);
    }

    /** A high surrogate without its other half is written when something follows, or never. */
    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
