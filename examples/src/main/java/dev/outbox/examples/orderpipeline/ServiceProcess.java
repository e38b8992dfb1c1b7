package dev.outbox.examples.orderpipeline;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a service as a JVM of its own, and starts it again when it ends before it should. Thread-safe. */
final class ServiceProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceProcess.class);
    private static final long GRACE_SECONDS = 15;
    private static final int MOST_RESTARTS = 50;

    private final ServiceSettings settings;
    private final Consumer<String> output;
    private final Consumer<String> notices;
    private volatile Process process;
    private volatile boolean closing;

    private ServiceProcess(ServiceSettings settings, Consumer<String> output, Consumer<String> notices)
            throws IOException {
        this.settings = settings;
        this.output = output;
        this.notices = notices;
        this.process = launch();
    }

    /**
     * Starts a service.
     *
     * @param output gets what it says, on a thread of its own
     * @param notices gets what a person should see
     * @throws IOException if it does not start
     */
    static ServiceProcess start(ServiceSettings settings, Consumer<String> output, Consumer<String> notices)
            throws IOException {
        ServiceProcess started = new ServiceProcess(settings, output, notices);
        Thread watcher = new Thread(started::watch, settings.service().lowerCase() + "-watch");
        watcher.setDaemon(true);
        watcher.start();
        return started;
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xmx160m",
                "-cp",
                System.getProperty("java.class.path"),
                ServiceMain.class.getName()));
        command.addAll(settings.arguments());
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment()
                .put(ServiceSettings.PASSWORD_VARIABLE, settings.database().password());
        Process launched = builder.start();
        notices.accept(String.format(
                Locale.ROOT, "%-12s process %d", settings.service().lowerCase(), launched.pid()));
        return launched;
    }

    private void watch() {
        try {
            for (int restarts = 0; restarts < MOST_RESTARTS; restarts++) {
                pass(process);
                int code = process.waitFor();
                if (!restart(code)) {
                    return;
                }
            }
            LOG.error(
                    "The process of {} has ended {} times; it is left alone now",
                    settings.service().lowerCase(),
                    MOST_RESTARTS);
        } catch (IOException e) {
            LOG.error(
                    "The process of {} does not start again", settings.service().lowerCase(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean restart(int code) throws IOException {
        if (closing) {
            return false;
        }
        notices.accept("The process of " + settings.service().lowerCase() + " ended with code " + code
                + "; starting it again");
        process = launch();
        return true;
    }

    /** Until its output ends, as it does with the process. */
    private void pass(Process from) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(from.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(output);
        } catch (IOException | UncheckedIOException gone) {
            LOG.debug("No output of {} any more", settings.service(), gone);
        }
    }

    /** Tells it to end; what it had begun it finishes. */
    void tellToEnd() {
        closing = true;
        try {
            process.getOutputStream().close();
        } catch (IOException gone) {
            LOG.debug("The process of {} has ended", settings.service(), gone);
        }
    }

    /** Waits for its end, for some seconds. */
    @Override
    public synchronized void close() {
        tellToEnd();
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
