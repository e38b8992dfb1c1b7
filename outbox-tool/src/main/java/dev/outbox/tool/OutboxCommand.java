package dev.outbox.tool;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code outbox}. */
@Command(
        header =
                "Looks after the outbox of an application: what is pending, what is stuck and why, dead letters, tables.",
        descriptionHeading = "%n",
        description = {
            "Say where the database is with --url and --user or with OUTBOX_URL, OUTBOX_USER and OUTBOX_PASSWORD in the environment.",
            "",
            "A message has not arrived? `status` shows whether it is pending (no relay runs, or it does not keep up), parked (an attempt failed and"
                    + " is repeated; later messages of its key wait behind it) or dead (given up). `blocked-keys` shows which message a key waits for and"
                    + " its last error. When the cause is removed, a parked message goes by itself at its next attempt, and"
                    + " `dead-letters redrive NUMBER` sends a dead one once more."
        })
final class OutboxCommand extends Root {
    @Mixin
    private final ConnectionOptions connection;

    OutboxCommand(ConnectionOptions connection) {
        this.connection = connection;
    }

    @Override
    ConnectionOptions connection() {
        return connection;
    }
}
