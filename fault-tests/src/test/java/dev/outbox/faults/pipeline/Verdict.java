package dev.outbox.faults.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What came of a run.
 *
 * @param plan what it was to be
 * @param violations what it broke; nothing if all is well
 * @param figures what was counted
 * @param timeline what happened
 */
record Verdict(Plan plan, Map<Violation, String> violations, List<String> figures, List<String> timeline) {
    boolean isGood() {
        return violations.isEmpty();
    }

    /** The end of the report. */
    List<String> summary() {
        List<String> lines = new ArrayList<>();
        lines.add("run: " + plan);
        lines.addAll(figures);
        violations.forEach((violation, what) -> lines.add("VIOLATION " + violation.text() + ": " + what));
        lines.add(isGood() ? "verdict: nothing lost, nothing wrong" : "verdict: " + violations.keySet());
        return lines;
    }

    /** All of the report. */
    List<String> report() {
        List<String> lines = new ArrayList<>(timeline);
        lines.addAll(summary());
        return lines;
    }
}
