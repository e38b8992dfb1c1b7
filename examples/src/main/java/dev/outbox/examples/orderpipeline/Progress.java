package dev.outbox.examples.orderpipeline;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows how far the shop has come: a line that is written over where a terminal shows it, else a line every second or so. For one thread.
 */
final class Progress {
    private static final int BAR = 24;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final Style style;
    private final long startNanos = System.nanoTime();
    private boolean lineOpen;

    /** How to show it. */
    enum Style {
        /** One line, written over and over, with colours. */
        COLOURED,
        /** One line, written over and over. */
        PLAIN,
        /** A line each time. */
        LINES
    }

    Progress(PrintStream out, Style style) {
        this.out = out;
        this.style = style;
    }

    void show(Counts counts, double messagesPerSecond, boolean inputRead) {
        String line = line(counts, messagesPerSecond, inputRead);
        if (style == Style.LINES) {
            out.println(line);
        } else {
            out.print(CLEAR_LINE + line);
            lineOpen = true;
        }
        out.flush();
    }

    /** Lets other output begin on a line of its own. */
    void interrupt() {
        if (lineOpen) {
            out.print(CLEAR_LINE);
            lineOpen = false;
        }
    }

    /** Leaves the last line where it is. */
    void end() {
        if (lineOpen) {
            out.println();
            lineOpen = false;
        }
    }

    private String line(Counts counts, double messagesPerSecond, boolean inputRead) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        return String.format(
                Locale.ROOT,
                "%5.1f s %s  placed %,d%s  %s  %s  %s  open %,d  waiting %,d  %,.0f msg/s  %s",
                seconds,
                style == Style.LINES ? "" : bar(counts),
                counts.placed(),
                inputRead ? "" : "+",
                coloured(32, "fulfilled", counts.fulfilled()),
                coloured(33, "declined", counts.paymentFailed()),
                coloured(36, "refunded", counts.refunded()),
                counts.open(),
                counts.waiting(),
                messagesPerSecond,
                coloured(counts.deadLetters() > 0 ? 31 : 0, "dead letters", counts.deadLetters()));
    }

    private String bar(Counts counts) {
        int full = counts.placed() == 0 ? 0 : (int) (BAR * counts.ended() / counts.placed());
        return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
    }

    private String coloured(int colour, String word, long number) {
        String text = String.format(Locale.ROOT, "%s %,d", word, number);
        return style == Style.COLOURED && colour > 0 ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
    }
}
