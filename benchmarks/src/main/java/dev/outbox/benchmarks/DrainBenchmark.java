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

    @Param({"POSTGRESQL", "H2"})
    String database;

    private Workload workload;
    private BenchmarkDatabase open;
    private MinimumLoop minimum;
    private RelayDrain relay;

    /** Opens the database and creates the tables. */
    @Setup
    public void open() {
        workload = new Workload(MESSAGES, 1_000, 1_024);
        open = BenchmarkDatabase.open(BenchmarkDatabase.Kind.valueOf(database));
        minimum = new MinimumLoop(open);
        relay = new RelayDrain(open);
    }

    /** Fills both tables. */
    @Setup(Level.Invocation)
    public void fill() {
        open.execute("TRUNCATE TABLE minimum_message", "TRUNCATE TABLE outbox_message");
        minimum.fill(workload);
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
        relay.drain(MESSAGES);
    }

    /** The least that can be done. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void minimumLoop() {
        minimum.drain();
    }

    /** The same with a second connection that reads ahead. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void overlappedMinimumLoop() throws InterruptedException {
        minimum.drainOverlapped();
    }
}
