package dev.outbox.testservers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/** Keeps what this JVM writes to its error output, where tests log to, and writes it all the same, until it is closed. Thread-safe; one at a time. */
public final class ErrorOutput implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    /** Begins to keep. */
    public ErrorOutput() {
        System.setErr(new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int octet) {
                        kept.write(octet);
                        before.write(octet);
                    }
                },
                true,
                UTF_8));
    }

    /** How many of the lines so far contain {@code text}. */
    public long lines(String text) {
        return kept.toString(UTF_8).lines().filter(line -> line.contains(text)).count();
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
