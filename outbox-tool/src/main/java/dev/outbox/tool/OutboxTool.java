package dev.outbox.tool;

import dev.outbox.jdbc.JdbcOutbox;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * The command line tool {@code outbox}: shows what stands in an outbox and why, redrives and discards dead letters, and takes care of the tables. {@code outbox --help} says the rest.
 *
 * <p>Whatever the tables hold, what it prints has no control characters and is harmless in a terminal. Passwords are never printed, payloads and header values only when
 * asked for.
 */
public final class OutboxTool {
    private OutboxTool() {}

    /** Runs the command that was typed, and ends the process with its exit code. */
    public static void main(String[] arguments) {
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out);
                FileOutputStream err = new FileOutputStream(FileDescriptor.err)) {
            System.exit(run(System.getenv(), Terminal.system(), writer(out), writer(err), arguments));
        } catch (java.io.IOException atTheEnd) {
            System.exit(ExitCode.FAILED);
        }
    }

    private static Writer writer(FileOutputStream stream) {
        return new OutputStreamWriter(stream, Charset.defaultCharset());
    }

    static int run(Map<String, String> environment, Terminal terminal, Writer out, Writer err, String... arguments) {
        ConnectionOptions options = new ConnectionOptions(environment, terminal);
        try (Access access = new Access(options::open)) {
            return new Commands(access, terminal, printer(out), printer(err))
                    .run(new OutboxCommand(options), "outbox", arguments);
        }
    }

    /**
     * Runs a command on the outbox of an application, as part of a command of its own: everything that {@code outbox} can do, without the options that say where the tables
     * are. Asks questions on the console of this process, if it has one.
     *
     * @param outbox the application's
     * @param name what the command is called in its own help
     * @param out for what was asked
     * @param err for what went wrong
     * @return the exit code: 0 done, 1 it is not as asked, 2 wrong arguments, 3 the database failed, 4 not confirmed
     */
    public static int run(JdbcOutbox outbox, String name, Writer out, Writer err, String... arguments) {
        try (Access access = new Access(() -> new Access.Opened(outbox, () -> {}, "the application's database"))) {
            return new Commands(access, Terminal.system(), printer(out), printer(err))
                    .run(new ApplicationCommand(), name, arguments);
        }
    }

    private static PrintWriter printer(Writer writer) {
        return new PrintWriter(new HarmlessWriter(writer));
    }
}
