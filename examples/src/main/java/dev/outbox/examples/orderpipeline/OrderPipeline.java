package dev.outbox.examples.orderpipeline;

import dev.outbox.examples.orderpipeline.analytics.Analytics;
import dev.outbox.examples.orderpipeline.analytics.Analytics.Rebuilt;
import dev.outbox.examples.orderpipeline.audit.Audit;
import dev.outbox.examples.orderpipeline.audit.AuditReport;
import dev.outbox.examples.orderpipeline.order.SampleOrders;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;

/** The command line of the shop. Exit codes: 0 all is well, 1 it is not, 2 the arguments are wrong. */
public final class OrderPipeline {
    private static final Set<String> COMMANDS = Set.of("run", "audit", "rebuild", "dead-letters", "sample");
    private static final String USAGE = """
            usage: order-pipeline [run] [options]          read orders, work until nothing is left to do, and audit
                   order-pipeline audit [options]          audit what is there
                   order-pipeline rebuild [options]        make the read model anew from the log of events, and compare
                   order-pipeline dead-letters list | show N | redrive N | redrive --all | discard N  [options]
                   order-pipeline sample [--orders N] [--seed N]     write an input to the standard output

              --data DIR             database, ledger, templates (./order-pipeline-data)
              --database NAME        h2 (a file, the default), sqlite (a file), postgresql or mariadb (a private server for this run)
              --jdbc-url URL         one of these that is there already; with --user and --password
                                     (or ORDER_PIPELINE_PASSWORD in the environment)
              --transport NAME       kafka, rabbitmq or redis: each service a process with a schema of its own in PostgreSQL, with that
                                     between them
              --broker ADDRESS       where it is, host:port, amqp://user:password@host:port or redis://host:port; a private one, as a private PostgreSQL,
                                     unless given
              --service NAME         whose dead letter N is meant, with --transport
              --input FILE|-         orders as JSON lines; the bundled sample unless given
              --fresh                forget everything and begin with full shelves
              --faults LIST          of the gateway: timeout=0.01,rate-limit=0.005,error=0.01,decline=0.04; or none
              --fault-seed N         other faults of the same kind
              --without-idempotency-keys   see what happens then
              --no-color  --progress-millis N
            """;

    private OrderPipeline() {}

    /** Runs the command that was typed. */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        int code = run(arguments, System.getenv(), out, isTerminal());
        out.flush();
        System.exit(code);
    }

    /** Since JDK 22 there may be a console that is no terminal; before, there was no way to ask it. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        java.io.Console console = System.console();
        try {
            return console != null
                    && Boolean.TRUE.equals(
                            java.io.Console.class.getMethod("isTerminal").invoke(console));
        } catch (NoSuchMethodException olderThan22) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    static int run(String[] typed, Map<String, String> environment, PrintStream out, boolean terminal) {
        try {
            Arguments arguments = Arguments.parse(typed);
            if (arguments.has("--help")) {
                out.print(USAGE);
                return 0;
            }
            return run(arguments, environment, out, terminal);
        } catch (UsageException e) {
            System.err.println("order-pipeline: " + e.getMessage() + "\n\n" + USAGE);
            return 2;
        } catch (IOException | SQLException | RuntimeException e) {
            System.err.println("order-pipeline: " + Reason.of(e));
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static int run(Arguments arguments, Map<String, String> environment, PrintStream out, boolean terminal)
            throws IOException, SQLException, InterruptedException {
        String command = arguments.words().isEmpty() ? "run" : arguments.words().get(0);
        if (!COMMANDS.contains(command)) {
            throw new UsageException("unknown command '" + command + "'");
        }
        if (!command.equals("dead-letters") && arguments.words().size() > 1) {
            throw new UsageException("'" + arguments.words().get(1) + "' makes no sense after " + command);
        }
        if (command.equals("sample")) {
            int orders = (int) arguments.number("--orders", SampleOrders.BUNDLED_ORDERS, 1, 10_000_000);
            long seed = arguments.number("--seed", SampleOrders.BUNDLED_SEED, Long.MIN_VALUE, Long.MAX_VALUE);
            SampleOrders.lines(orders, seed).forEach(out::println);
            return 0;
        }
        Settings settings = Settings.of(arguments, environment);
        if (settings.start() == Shop.Start.FRESH && !command.equals("run")) {
            throw new UsageException("--fresh goes with run");
        }
        if (command.equals("run")) {
            settings.requireTheSameBroker();
        } else {
            settings.requireWhatWasLeft(command);
        }
        Console console = new Console(out, terminal, settings.color());
        DeadLetterCommands deadLetters =
                command.equals("dead-letters") ? DeadLetterCommands.parse(arguments) : DeadLetterCommands.NONE;
        try (DataDirectory directory = DataDirectory.open(settings.data());
                Servers servers = new Servers()) {
            DatabaseAddress database = servers.database(settings);
            try (Premises premises = open(settings, database)) {
                return switch (command) {
                    case "run" -> {
                        new Pipeline(settings, directory, servers, database, premises, console).run();
                        yield audit(premises, directory, console);
                    }
                    case "audit" -> audit(premises, directory, console);
                    case "rebuild" -> rebuild(premises.of(Service.ANALYTICS), console);
                    case "dead-letters" -> deadLetters.run(premises, console);
                    default -> throw new IllegalStateException(command);
                };
            }
        }
    }

    private static Premises open(Settings settings, DatabaseAddress database) throws SQLException {
        return settings.transport().isPresent()
                ? Premises.apart(database, settings.start())
                : Premises.together(database, settings.start());
    }

    private static int audit(Premises premises, DataDirectory directory, Console console)
            throws SQLException, IOException {
        AuditReport report = Audit.of(premises, directory.ledger(premises));
        console.audit(report);
        return report.passed() ? 0 : 1;
    }

    private static int rebuild(Shop shop, Console console) throws SQLException {
        Rebuilt rebuilt = Analytics.rebuild(shop);
        console.rebuilt(rebuilt);
        return rebuilt.equal() ? 0 : 1;
    }
}
