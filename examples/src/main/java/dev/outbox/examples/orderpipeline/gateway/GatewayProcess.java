package dev.outbox.examples.orderpipeline.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the gateway as a JVM of its own, and starts it again, on the same ledger, when it ends before it should. Thread-safe.
 */
public final class GatewayProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayProcess.class);
    private static final String READY = "listening ";
    private static final long GRACE_SECONDS = 5;

    private static final String ANY_PORT = "0";

    private final List<String> command;
    private volatile Process process;
    private volatile URI address;
    private volatile boolean closing;

    private GatewayProcess(List<String> command) throws IOException {
        this.command = command;
        this.process = launch(command);
        this.address = awaitReady(process);
    }

    /**
     * Starts a gateway that writes {@code ledger}, and returns when it listens.
     *
     * @throws IOException if it does not start; why, it has written to the standard error
     */
    public static GatewayProcess start(Path ledger, Faults faults) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        GatewayProcess gateway = new GatewayProcess(List.of(
                java,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                Gateway.class.getName(),
                ledger.toAbsolutePath().toString(),
                ANY_PORT,
                faults.text(),
                Long.toString(faults.seed())));
        gateway.watch();
        return gateway;
    }

    /**
     * What the gateway whose ledger is {@code ledger} has done, in order; nothing if there is no such file.
     *
     * @throws IOException if it cannot be read
     */
    public static List<LedgerEntry> readLedger(Path ledger) throws IOException {
        return Ledger.read(ledger);
    }

    /** Where it listens now. */
    public URI address() {
        return address;
    }

    /** The operating system's number of the process that runs now. */
    public long pid() {
        return process.pid();
    }

    private void watch() {
        Thread watcher = new Thread(this::restartWhenItEnds, "gateway-watch");
        watcher.setDaemon(true);
        watcher.start();
    }

    private void restartWhenItEnds() {
        try {
            while (restart(process.waitFor())) {
                LOG.warn("The gateway runs again, as process {}", pid());
            }
        } catch (IOException e) {
            LOG.error("The gateway does not start again; payments wait until the pipeline is started again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean restart(int exitValue) throws IOException {
        if (closing) {
            return false;
        }
        LOG.warn("The gateway ended with code {}; starting it again on the same ledger", exitValue);
        // On the same port: processes that were told of it find it again.
        String port = String.valueOf(address.getPort());
        process = launch(command.stream()
                .map(argument -> argument.equals(ANY_PORT) ? port : argument)
                .toList());
        address = awaitReady(process);
        return true;
    }

    private static Process launch(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static URI awaitReady(Process process) throws IOException {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        if (line == null || !line.startsWith(READY)) {
            process.destroyForcibly();
            throw new IOException("the payment gateway does not start");
        }
        return URI.create("http://127.0.0.1:" + line.substring(READY.length()));
    }

    /** Ends the gateway, which has kept all it has answered. */
    @Override
    public synchronized void close() {
        closing = true;
        process.destroy();
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
