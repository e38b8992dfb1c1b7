package dev.outbox.examples.orderpipeline;

import dev.outbox.examples.orderpipeline.order.Intake;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Each service in a process of its own, on a schema of its own, with a broker between them. How busy they are shows in the log of events alone. */
final class RemoteWork implements Work {
    private static final Intake.Result NOTHING = new Intake.Result(0, 0, 0);
    /** A process that was started again may be silent for as long as the broker waits for the one before. */
    private static final long SILENCE_NANOS = Duration.ofSeconds(60).toNanos();

    private static final double NANOS_PER_SECOND = 1e9;

    private final List<ServiceProcess> processes = new ArrayList<>();
    private final Intake.RejectionListener rejections;
    private volatile Intake.@Nullable Result result;
    private volatile @Nullable String failure;
    private @Nullable Counts lastCounts;
    private long lastNanos = System.nanoTime();
    private long changedNanos = lastNanos;
    private double perSecond;

    private RemoteWork(Intake.RejectionListener rejections) {
        this.rejections = rejections;
    }

    /** @param settings of any service */
    static Work start(ServiceSettings settings, Intake.RejectionListener rejections, Consumer<String> notices)
            throws IOException {
        RemoteWork work = new RemoteWork(rejections);
        try {
            for (Service service : Service.values()) {
                work.processes.add(ServiceProcess.start(settings.of(service), work::hear, notices));
            }
            return work;
        } catch (IOException e) {
            work.close();
            throw e;
        }
    }

    private void hear(String line) {
        if (line.startsWith(ServiceMain.INPUT_READ)) {
            String[] numbers = line.substring(ServiceMain.INPUT_READ.length()).split(" ", -1);
            result = new Intake.Result(
                    Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
        } else if (line.startsWith(ServiceMain.INPUT_FAILED)) {
            failure = line.substring(ServiceMain.INPUT_FAILED.length());
        } else if (line.startsWith(ServiceMain.REJECTED)) {
            String[] parts = line.split(" ", 3);
            rejections.rejected(Long.parseLong(parts[1]), parts[2]);
        }
    }

    @Override
    public boolean inputRead() {
        String failed = failure;
        if (failed != null) {
            throw new IllegalStateException(failed);
        }
        return result != null;
    }

    @Override
    public Intake.Result intake() {
        Intake.Result read = result;
        return read == null ? NOTHING : read;
    }

    @Override
    public void observe(Counts counts) {
        long now = System.nanoTime();
        Counts before = lastCounts;
        if (before != null && !before.equals(counts)) {
            changedNanos = now;
        }
        if (before != null && now > lastNanos) {
            perSecond = (counts.events() - before.events()) * NANOS_PER_SECOND / (now - lastNanos);
        }
        lastCounts = counts;
        lastNanos = now;
    }

    @Override
    public double messagesPerSecond() {
        return perSecond;
    }

    @Override
    public boolean busy() {
        return System.nanoTime() - changedNanos < SILENCE_NANOS;
    }

    @Override
    public void close() {
        processes.forEach(ServiceProcess::tellToEnd);
        processes.forEach(ServiceProcess::close);
    }
}
