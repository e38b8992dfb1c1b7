package dev.outbox.examples.orderpipeline.gateway;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The gateway's process. Its arguments are the ledger's file, a port (0 for a free one), the faults and their seed. It writes {@code listening PORT} when it is
 * ready, and ends when its standard input does: that is a pipe from the pipeline, which the system closes however the pipeline ends. So a killed
 * pipeline leaves no gateway behind.
 */
public final class Gateway {
    private Gateway() {}

    /** Runs until the standard input ends. */
    public static void main(String[] arguments) {
        if (arguments.length != 4) {
            System.err.println("usage: Gateway LEDGER PORT FAULTS SEED");
            System.exit(2);
        }
        Faults faults = Faults.parse(arguments[2], Long.parseLong(arguments[3]));
        try (Ledger ledger = Ledger.open(Path.of(arguments[0]));
                GatewayServer server =
                        GatewayServer.start(Integer.parseInt(arguments[1]), new Accounts(ledger, faults), faults)) {
            System.out.println("listening " + server.port());
            awaitEndOfInput();
        } catch (IOException e) {
            System.err.println("gateway: " + e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // Nothing is expected.
        }
    }
}
