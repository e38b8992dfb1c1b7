package dev.outbox.tool;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What all commands have in common. */
@Command(
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands (COMMAND --help says more):%n",
        optionListHeading = "%nOptions, before or after the command:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it is not as asked: the tables differ, there is no such dead letter",
            "2:the command line is wrong",
            "3:the database could not be reached, or refused",
            "4:not confirmed; nothing was changed"
        },
        sortOptions = false)
abstract class Root {
    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Prints JSON for programs. Times are ISO 8601, durations seconds.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Shows help.")
    @SuppressWarnings("UnusedVariable")
    private boolean help;

    boolean json() {
        return json;
    }

    /** Where the tables are, if that is to be said. */
    @Nullable
    ConnectionOptions connection() {
        return null;
    }
}
