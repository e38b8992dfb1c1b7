package dev.outbox.examples.orderpipeline;

import dev.outbox.examples.orderpipeline.Progress.Style;
import dev.outbox.examples.orderpipeline.analytics.Analytics.Rebuilt;
import dev.outbox.examples.orderpipeline.audit.AuditReport;
import dev.outbox.examples.orderpipeline.audit.Check;
import dev.outbox.examples.orderpipeline.order.Intake;
import dev.outbox.spi.DeadLetter;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** All that a person gets to see. Thread-safe. */
final class Console {
    private static final int REJECTIONS_SHOWN = 20;

    private final PrintStream out;
    private final boolean terminal;
    private final boolean color;
    private final Progress progress;
    private int rejections;

    Console(PrintStream out, boolean terminal, boolean color) {
        this.out = out;
        this.terminal = terminal;
        this.color = color && terminal;
        this.progress = new Progress(out, !terminal ? Style.LINES : color ? Style.COLOURED : Style.PLAIN);
    }

    boolean isTerminal() {
        return terminal;
    }

    synchronized void line(String text) {
        progress.interrupt();
        out.println(text);
    }

    synchronized void progress(Counts counts, double messagesPerSecond, boolean inputRead) {
        progress.show(counts, messagesPerSecond, inputRead);
    }

    /** Shows the first lines that were set aside, as they come. */
    synchronized void rejected(long number, String reason) {
        if (++rejections <= REJECTIONS_SHOWN) {
            line("line " + number + " set aside: " + reason);
        }
    }

    synchronized void intake(Intake.Result intake) {
        progress.end();
        line(String.format(
                Locale.ROOT,
                "input    %,d orders placed, %,d placed before, %,d lines set aside (table rejected_line)",
                intake.placed(),
                intake.known(),
                intake.rejected()));
    }

    synchronized void audit(AuditReport report) {
        line("");
        line("Audit of the shop's books, the gateway's ledger and the log of events");
        for (Check check : report.checks()) {
            line("  " + verdict(check.holds()) + "  " + pad(check.claim()) + "  " + check.evidence());
        }
        deadLetters(report.deadLetters());
        line(verdict(report.passed()) + "  " + (report.passed() ? "the books balance" : "see the failed lines above"));
    }

    synchronized void rebuilt(Rebuilt rebuilt) {
        line(String.format(
                Locale.ROOT,
                "%s  %,d figures made anew from %,d events %s those that were there",
                verdict(rebuilt.equal()),
                rebuilt.after().size(),
                rebuilt.events(),
                rebuilt.equal() ? "equal" : "differ from"));
    }

    synchronized void deadLetters(List<DeadLetter> deadLetters) {
        for (DeadLetter dead : deadLetters) {
            line(String.format(
                    Locale.ROOT,
                    "  dead letter %d: %s of order %s, given up by %s after %d attempts (%s): %s",
                    dead.number(),
                    dead.message().type(),
                    dead.message().key().orElse("?"),
                    dead.consumer().orElse("the relay"),
                    dead.attempts(),
                    dead.reason(),
                    dead.error()));
        }
    }

    private String verdict(boolean good) {
        String word = good ? "PASS" : "FAIL";
        return color ? "\u001b[1;" + (good ? 32 : 31) + "m" + word + "\u001b[0m" : word;
    }

    private static String pad(String claim) {
        return String.format(Locale.ROOT, "%-50s", claim);
    }
}
