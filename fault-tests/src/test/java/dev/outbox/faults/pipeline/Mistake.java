package dev.outbox.faults.pipeline;

import java.util.Set;

/** What the processes do wrong on purpose, so that the tests are seen to notice. */
enum Mistake {
    /** Nothing. */
    NONE(".*"),
    /** A consumer tells the broker before the effect is committed. */
    ACKNOWLEDGED_FIRST("kill consumer.*", Violation.LOST),
    /** A consumer commits the inbox row before the effect, in a transaction of its own. */
    INBOX_APART("kill consumer.*", Violation.LOST),
    /** A consumer does not ask the inbox. */
    INBOX_SKIPPED("kill (consumer|relay).*", Violation.DOUBLED),
    /** A consumer commits the effect before the inbox row, in a transaction of its own. */
    EFFECT_APART("kill consumer.*", Violation.DOUBLED),
    /** A relay settles what it has not sent yet. */
    SETTLED_FIRST("kill relay.*", Violation.LOST),
    /** A relay sends the messages of a key at the same time. */
    SENT_IN_PARALLEL("latency relay-. to broker", Violation.REORDERED),
    /** A publisher writes the message when the business change is committed. */
    PUBLISHED_AFTERWARDS("kill publisher.*", Violation.LOST),
    /** A publisher publishes what it rolls back. */
    ROLLED_BACK_PUBLISHED("kill publisher.*", Violation.PHANTOM),
    /** A relay takes an outage for a refusal of the message. */
    DEAD_AT_FIRST_FAILURE("(kill|freeze) broker", Violation.DEAD_WITHOUT_CAUSE),
    /** A relay takes an outage for a failure of the message. */
    CHARGED_IN_OUTAGE("(kill|freeze) broker", Violation.CHARGED),
    /** A relay never learns what became of a message that was under way when the destination failed. */
    OUTCOME_FORGOTTEN("(kill|freeze) broker", Violation.STUCK);

    private final String faults;
    private final Set<Violation> found;

    Mistake(String faults, Violation... found) {
        this.faults = faults;
        this.found = Set.of(found);
    }

    /** The names of the faults that bring it to light, as a regular expression. */
    String faults() {
        return faults;
    }

    /** What the check has to find. */
    Set<Violation> found() {
        return found;
    }
}
