package dev.outbox.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Microseconds for each message drained to a no-op transport, by the relay and by the minimum loop. {@link DrainComparison} interleaves the two. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
public class DrainBenchmark {
    private static final int MESSAGES = 100_000;

    @Param({"POSTGRESQL", "H2", "MARIADB", "SQLITE"})
    String database;

    private Workload workload;
    private BenchmarkDatabase open;
    private NoDestination destination;
    private MinimumTable table;
    private MinimumLoop minimum;
    private RelayDrain relay;

    /** Opens the database and creates the tables. */
    @Setup
    public void open() {
        workload = new Workload(MESSAGES, 1_000, 1_024);
        open = BenchmarkDatabase.open(BenchmarkDatabase.Kind.valueOf(database));
        destination = new NoDestination();
        table = new MinimumTable(open);
        minimum = new MinimumLoop(table);
        relay = new RelayDrain(open);
    }

    /** Fills both tables. */
    @Setup(Level.Invocation)
    public void fill() {
        table.fill(workload);
        relay.fill(workload);
        open.settleDown();
    }

    /** Closes the database. */
    @TearDown
    public void close() {
        open.close();
    }

    /** The relay. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void relay() throws InterruptedException {
        relay.drain(MESSAGES, destination);
    }

    /** The least that can be done. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long minimumLoop() throws InterruptedException {
        return minimum.drain(destination);
    }

    /** The same with a second connection that reads ahead. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long overlappedMinimumLoop() throws InterruptedException {
        return minimum.drainOverlapped(destination);
    }
}
