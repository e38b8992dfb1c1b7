package dev.outbox.faults.pipeline;

/** What a consumer process does wrong on purpose, so that the tests are seen to notice. */
enum Mistake {
    /** Nothing. */
    NONE,
    /** The broker is told before the effect is committed. */
    ACKNOWLEDGED_FIRST,
    /** The inbox row is committed before the effect, in a transaction of its own. */
    INBOX_APART
}
