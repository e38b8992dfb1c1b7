package dev.outbox.tool;

import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code outbox inbox}. */
@Command(header = "The inbox: what consumers have handled.")
final class InboxCommands {
    private static final Duration DAY = Duration.ofDays(1);

    private final Access access;
    private final Output output;

    InboxCommands(Access access, Output output) {
        this.access = access;
        this.output = output;
    }

    @Command(
            name = "prune",
            header = "Forgets what was handled longer ago than a time.",
            description = {
                "",
                "A duplicate that arrives later than that is handled again: keep longer than the longest outage, schedule or redrive. Deletes in small"
                        + " batches, beside what runs."
            })
    int prune(
            @Option(names = "--older-than", required = true, paramLabel = "TIME", description = "90s, 15m, 12h or 7d.")
                    Duration olderThan,
            @Option(names = "--yes", description = "Also less than a day.") boolean yes) {
        if (olderThan.compareTo(DAY) < 0 && !yes) {
            throw new UsageException("--older-than " + Durations.show(olderThan)
                    + " is less than a day: duplicates younger than a day may still come. Say --yes if they cannot");
        }
        int rows = access.outbox().inbox().prune(olderThan);
        if (output.isJson()) {
            output.json(Map.of("pruned", rows));
        } else {
            output.line("%,d forgotten", rows);
        }
        return ExitCode.DONE;
    }
}
