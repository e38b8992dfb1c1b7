package dev.outbox.relay;

/** What can go wrong in a run, or make it hard. Each run has each kind switched on or off, with a strength of its own (swarm testing). */
enum Fault {
    /** A relay's process is gone from one step to the next; another starts later, sometimes under the same name. */
    CRASH(true),
    /** A relay stands still, longer than its lease, and its clock runs on. */
    PAUSE(true),
    /** A relay stands still and its clock with it, so that it does not notice. */
    SUSPEND(true),
    /** A relay is closed in good order, or out of patience; relays join. */
    CLOSE(false),
    /** A sending fails and certainly did not arrive. */
    FAILED_SEND(false),
    /** A request or its answer is lost, or the request arrives late. */
    AMBIGUOUS_SEND(true),
    /** A transport blocks the thread that calls it, sometimes longer than a sending may take. */
    BLOCKED_SEND(true),
    /** A destination takes nothing for a while. */
    OUTAGE(false),
    /** Publishing transactions stay open for long. */
    SLOW_COMMIT(false),
    /** A store command is done, but its answer is lost. */
    LOST_REPLY(true),
    /** A store command fails before it did anything. */
    STORE_FAILURE(true),
    /** A store command, or its answer, takes longer than a lease. */
    STORE_HANG(true),
    /** The database restarts, and hands out positions again that were used by rows that are gone. */
    FAILOVER(true),
    /** Dead letters are redriven. */
    REDRIVE(false),
    /** The relays' clocks run at different rates. */
    CLOCKS(true),
    /** Messages that end the process that sends them. */
    CRASHER(true),
    /** One key has many messages, and its destination is slow. */
    HOT_KEY(false),
    /** Messages that are rejected, or fail again and again. */
    POISON(false),
    /** Messages that are to be delivered later. */
    SCHEDULED(false),
    /** Relays that may hold and send only a few messages at a time. */
    SMALL_LIMITS(false),
    /** Relays read everything again from the start, every second. */
    SWEEP(false),
    /** Destinations with a limit of messages a second, or a budget of retries. */
    THROTTLED(false),
    /** Destinations that take a few messages of one key as one, and refuse or lose all of them or none. */
    RUNS(false);

    /** Whether a message may arrive twice because of it. */
    final boolean duplicates;

    Fault(boolean duplicates) {
        this.duplicates = duplicates;
    }

    /** Whether leases may have to run out because of it, and what was in flight is suspect. */
    boolean endsProcesses() {
        return switch (this) {
            case CRASH, PAUSE, SUSPEND, CLOSE, CRASHER, CLOCKS, LOST_REPLY, STORE_FAILURE, STORE_HANG -> true;
            default -> false;
        };
    }
}
