package dev.outbox.tool;

import dev.outbox.spi.FailureText;
import dev.outbox.spi.StoreException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/** Puts the commands together, and turns what happens into exit codes. */
final class Commands {
    private static final int WIDTH = 110;

    private final Access access;
    private final Terminal terminal;
    private final PrintWriter out;
    private final PrintWriter err;

    Commands(Access access, Terminal terminal, PrintWriter out, PrintWriter err) {
        this.access = access;
        this.terminal = terminal;
        this.out = out;
        this.err = err;
    }

    int run(Root root, String name, String... arguments) {
        Output output = new Output(out, root::json);
        CommandLine line = new CommandLine(root);
        line.setCommandName(name);
        line.addSubcommand("status", new StatusCommand(access, output));
        line.addSubcommand("blocked-keys", new BlockedKeysCommand(access, output));
        line.addSubcommand("dead-letters", new DeadLetterCommands(access, output, new Confirmation(terminal)));
        line.addSubcommand("inbox", new InboxCommands(access, output));
        line.addSubcommand("schema", new SchemaCommands(access, output, root.connection()));
        configure(line);
        int code = line.execute(arguments);
        out.flush();
        err.flush();
        return code;
    }

    private void configure(CommandLine line) {
        line.registerConverter(Duration.class, Durations::parse);
        line.setOut(out);
        line.setErr(err);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        line.setUsageHelpWidth(WIDTH);
        line.setAbbreviatedOptionsAllowed(false);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(this::wrongArguments);
        line.setExecutionExceptionHandler((failure, failed, parsed) -> failed(failure, failed));
        for (CommandLine sub : allOf(line)) {
            sub.getCommandSpec().usageMessage().sortOptions(false).abbreviateSynopsis(true);
            if (!sub.getSubcommands().isEmpty() && !(sub.getCommand() instanceof Runnable)) {
                sub.getCommandSpec().usageMessage().synopsisSubcommandLabel("COMMAND");
            }
        }
    }

    private static List<CommandLine> allOf(CommandLine line) {
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(line),
                        line.getSubcommands().values().stream().flatMap(sub -> allOf(sub).stream()))
                .toList();
    }

    /** The first line of picocli's text quotes what was typed; a password may be among it. */
    private int wrongArguments(ParameterException wrong, String[] typed) {
        boolean password = List.of(typed).contains("--password");
        String text = FailureText.clean(String.valueOf(wrong.getMessage()));
        complain(wrong.getCommandLine(), password ? "the command line is wrong" : text);
        return ExitCode.USAGE;
    }

    private void complain(CommandLine line, String text) {
        String command = line.getCommandSpec().qualifiedName();
        err.println(command + ": " + text);
        err.println("Try '" + command + " --help'.");
    }

    private int failed(Exception failure, CommandLine failed) {
        if (failure instanceof UsageException || failure instanceof IllegalArgumentException) {
            complain(failed, FailureText.clean(String.valueOf(failure.getMessage())));
            return ExitCode.USAGE;
        }
        if (failure instanceof NotConfirmedException) {
            err.println(failure.getMessage());
            return ExitCode.NOT_CONFIRMED;
        }
        String text = failure instanceof StoreException || failure instanceof IllegalStateException
                ? FailureText.clean(String.valueOf(failure.getMessage()))
                : FailureText.of(failure);
        err.println(failed.getCommandSpec().qualifiedName() + ": "
                + text.replace("by JdbcOutbox.schema().apply()", "by `outbox schema apply`")
                        .replace("JdbcOutbox.schema().script() prints it", "`outbox schema print` prints it"));
        return ExitCode.FAILED;
    }
}
