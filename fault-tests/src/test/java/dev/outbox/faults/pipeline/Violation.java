package dev.outbox.faults.pipeline;

/** A way in which a run can break what the guarantees say. */
enum Violation {
    /** Neither an effect nor a dead letter came of it. */
    LOST("lost"),
    PHANTOM("handled although it was not published"),
    DOUBLED("handled more than once"),
    ALTERED("other bytes"),
    REORDERED("after its successor"),
    /** No handler had refused it. */
    DEAD_WITHOUT_CAUSE("dead letter without a cause"),
    /** By a relay, of which all failures are outages here. */
    CHARGED("attempt charged in an outage"),
    /** After a fault, what was published before its end. */
    LATE("not handled in time after a fault"),
    /** Long after the last fault. */
    STUCK("stuck");

    private final String text;

    Violation(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
