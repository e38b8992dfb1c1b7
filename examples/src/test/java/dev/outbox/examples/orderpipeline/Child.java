package dev.outbox.examples.orderpipeline;

import dev.outbox.testservers.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A pipeline in a JVM of its own, there to be killed. */
final class Child implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(120);
    private static final Pattern PROGRESS =
            Pattern.compile("fulfilled ([0-9,]+) +declined ([0-9,]+) +refunded ([0-9,]+)");
    private static final Pattern GATEWAY = Pattern.compile("gateway +process ([0-9]+)");

    private final ChildJvm jvm;

    private Child(ChildJvm jvm) {
        this.jvm = jvm;
    }

    /** The same command every time, as a person would type it. */
    static Child start(Path data, Path input, String... more) {
        return new Child(ChildJvm.of(OrderPipeline.class)
                .options("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m")
                .arguments("run", "--data", data.toString(), "--input", input.toString(), "--progress-millis", "40")
                .arguments(more)
                .start());
    }

    /** Waits until so many orders have ended. */
    void awaitEnded(long orders) {
        jvm.awaitLine(line -> ended(line) >= orders, BOUND);
    }

    /** Waits until it says this. */
    void awaitOutput(String text) {
        jvm.awaitLine(line -> line.contains(text), BOUND);
    }

    /** How many orders have ended, by the last line of progress. */
    long ended() {
        return jvm.lines().stream().mapToLong(Child::ended).max().orElse(-1);
    }

    /** The process of its gateway. */
    long gatewayPid() {
        Matcher gateway =
                GATEWAY.matcher(jvm.awaitLine(line -> GATEWAY.matcher(line).find(), BOUND));
        if (!gateway.find()) {
            throw new IllegalStateException("no gateway in the output");
        }
        return Long.parseLong(gateway.group(1));
    }

    /** The process of a service, the first if it was started again. */
    long pid(Service service) {
        Pattern notice = Pattern.compile(service.lowerCase() + " +process ([0-9]+)");
        Matcher found =
                notice.matcher(jvm.awaitLine(line -> notice.matcher(line).find(), BOUND));
        if (!found.find()) {
            throw new IllegalStateException("no " + service + " in the output");
        }
        return Long.parseLong(found.group(1));
    }

    /** Whether such a process runs; one that has ended and that nobody has asked for its end has no command. */
    static boolean runs(long pid) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(process -> process.info().command())
                .isPresent();
    }

    void kill9() {
        jvm.kill9();
    }

    int awaitExit() {
        try {
            return jvm.awaitExit(BOUND);
        } catch (IllegalStateException running) {
            throw new IllegalStateException(running.getMessage() + "\n" + output(), running);
        }
    }

    String output() {
        return String.join("\n", jvm.lines());
    }

    private static long ended(String line) {
        Matcher progress = PROGRESS.matcher(line);
        if (!progress.find()) {
            return -1;
        }
        long ended = 0;
        for (int group = 1; group <= 3; group++) {
            ended += Long.parseLong(progress.group(group).replace(",", ""));
        }
        return ended;
    }

    @Override
    public void close() {
        jvm.close();
    }
}
