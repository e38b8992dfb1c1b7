package dev.outbox.examples.orderpipeline.audit;

import dev.outbox.spi.DeadLetter;
import java.util.List;

/**
 * What an audit has found.
 *
 * @param checks in the order to show them
 * @param deadLetters what was given up, the first hundred
 */
public record AuditReport(List<Check> checks, List<DeadLetter> deadLetters) {
    /** Whether everything holds. */
    public boolean passed() {
        return checks.stream().allMatch(Check::holds);
    }
}
