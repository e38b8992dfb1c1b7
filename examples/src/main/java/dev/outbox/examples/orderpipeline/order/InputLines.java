package dev.outbox.examples.orderpipeline.order;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads lines of UTF-8 of bounded length, however long the input's lines are. Not thread-safe. */
final class InputLines {
    /** The longest line, in bytes. */
    static final int MAX_BYTES = 64 * 1024;

    private final InputStream in;
    private long number;

    InputLines(InputStream in) {
        this.in = new BufferedInputStream(in, MAX_BYTES);
    }

    /**
     * A line of the input.
     *
     * @param number from 1
     * @param text the line, without its end; where it is no text, what could be made of it
     * @param fault why it is no text, or null
     */
    record Line(long number, String text, @Nullable String fault) {}

    /** The next line, or null at the end. */
    @Nullable
    Line next() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        long length = 0;
        int c = in.read();
        if (c < 0) {
            return null;
        }
        for (; c >= 0 && c != '\n'; c = in.read()) {
            if (length++ < MAX_BYTES) {
                bytes.write(c);
            }
        }
        number++;
        return length > MAX_BYTES ? tooLong(bytes, length) : decoded(bytes.toByteArray());
    }

    private Line tooLong(ByteArrayOutputStream start, long length) {
        String text = start.toString(StandardCharsets.UTF_8);
        return new Line(number, text, "the line has " + length + " bytes, more than " + MAX_BYTES);
    }

    private Line decoded(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new Line(number, text.strip(), null);
        } catch (CharacterCodingException e) {
            return new Line(number, new String(bytes, StandardCharsets.UTF_8), "the line is not UTF-8");
        }
    }
}
