package dev.outbox.examples.orderpipeline.audit;

/** What the gateway's ledger says about one order. Not thread-safe. */
final class Account {
    private int charges;
    private int refunds;
    private long chargedCents;
    private long refundedCents;

    void charge(long cents) {
        charges++;
        chargedCents += cents;
    }

    void refund(long cents) {
        refunds++;
        refundedCents += cents;
    }

    int charges() {
        return charges;
    }

    int refunds() {
        return refunds;
    }

    long chargedCents() {
        return chargedCents;
    }

    long refundedCents() {
        return refundedCents;
    }

    /** What the customer has paid in the end. */
    long netCents() {
        return chargedCents - refundedCents;
    }
}
