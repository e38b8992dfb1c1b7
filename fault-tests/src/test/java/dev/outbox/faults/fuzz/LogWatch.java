package dev.outbox.faults.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/** Reads what is logged, at the lowest level of all: nothing of it may hold what nobody may see. Must be there before the first logger. */
final class LogWatch extends OutputStream {
    private final PrintStream console = System.err;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private volatile long lines;
    private volatile String telltale = "";

    static LogWatch begin() {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "trace");
        LogWatch watch = new LogWatch();
        System.setErr(new PrintStream(watch, true, UTF_8));
        return watch;
    }

    @Override
    public synchronized void write(int octet) {
        if (octet != '\n') {
            line.write(octet);
            return;
        }
        String text = line.toString(UTF_8);
        line.reset();
        lines++;
        if (text.contains(Hostile.CANARY)) {
            telltale = text;
        }
        if (text.contains("ERROR") || text.contains("Exception in thread")) {
            console.println(text);
        }
    }

    /** How many lines there were; none of them with a secret. */
    long quietLines() {
        Promises.require(telltale.isEmpty(), "the log tells a payload, a header or a password: " + telltale);
        return lines;
    }
}
