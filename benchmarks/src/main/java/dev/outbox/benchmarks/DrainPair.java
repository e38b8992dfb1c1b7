package dev.outbox.benchmarks;

/** What is compared: each of them empties a table of the same content into the same destination. */
final class DrainPair {
    private static final int CALIBRATION = 500;

    private final BenchmarkDatabase database;
    private final Destination destination;
    private final Workload workload;
    private final MinimumTable table;
    private final MinimumLoop minimum;
    private final RelayDrain relay;

    DrainPair(BenchmarkDatabase database, Destination destination, Workload workload) {
        this.database = database;
        this.destination = destination;
        this.workload = workload;
        this.table = new MinimumTable(database);
        this.minimum = new MinimumLoop(table);
        this.relay = new RelayDrain(database);
    }

    /** Empties a filled table. */
    private interface Drain {
        void run() throws InterruptedException;
    }

    /** Messages a second by the relay. */
    double relay() throws InterruptedException {
        relay.fill(workload);
        return rate(() -> relay.drain(workload.messages(), destination.transport()), relay.left());
    }

    /** Messages a second by the minimum loop. */
    double minimum() throws InterruptedException {
        table.fill(workload);
        return rate(() -> minimum.drain(destination.sink()), table.left());
    }

    /** The same for messages that say as much as the relay's. */
    double minimumOfFullMessages() throws InterruptedException {
        table.fill(workload);
        return rate(() -> minimum.drain(destination.fullSink()), table.left());
    }

    /** Messages a second by the minimum loop with a second connection. */
    double overlapped() throws InterruptedException {
        table.fill(workload);
        return rate(() -> minimum.drainOverlapped(destination.sink()), table.left());
    }

    /** Transactions of one row a second. */
    double singleRowCommits() {
        return table.singleRowCommits(workload, CALIBRATION);
    }

    private double rate(Drain drain, long filled) throws InterruptedException {
        destination.empty();
        database.settleDown();
        long start = System.nanoTime();
        drain.run();
        double rate = workload.messages() * 1e9 / (System.nanoTime() - start);
        require("rows to begin with", workload.messages(), filled);
        require("messages that arrived", workload.messages(), destination.arrived());
        require("rows left", 0, relay.left() + table.left());
        return rate;
    }

    private static void require(String what, long expected, long found) {
        if (found != expected) {
            throw new IllegalStateException(found + " " + what + " instead of " + expected);
        }
    }
}
