package dev.outbox.faults.fuzz;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outbox.tool.ToolRun;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Command lines of the tool, on a database with hostile dead letters: an exit code that is documented, and words that are harmless and discreet. */
final class CommandLines implements Target {
    private static final int WRONG_ARGUMENTS = 2;
    private static final int HIGHEST_CODE = 4;
    private static final int FILL_EVERY = 500;
    private static final String[][] COMMANDS = {
        {"status"},
        {"blocked-keys"},
        {"dead-letters", "list"},
        {"dead-letters", "show"},
        {"dead-letters", "redrive"},
        {"dead-letters", "discard"},
        {"inbox", "prune"},
        {"schema", "validate"},
        {"schema", "print"},
        {"schema", "apply"},
        {"dead-letters"},
        {"inbox"},
        {"schema"},
        {}
    };
    private static final String[] FLAGS = {
        "--json", "--relay", "--all", "--yes", "--payload", "--help", "-h", "--version", "--keys", "--ask-password"
    };
    private static final String[] VALUED = {
        "--key",
        "--destination",
        "--type",
        "--message-id",
        "--consumer",
        "--older-than",
        "--above",
        "--limit",
        "--from",
        "--rate",
        "--timeout",
        "--schema",
        "--table-prefix",
        "--url",
        "--user",
        "--password-env",
        "--password-file",
        "--database",
        "--password"
    };
    private static final String[] VALUES = {
        "1",
        "0",
        "-1",
        "99999999999999999999",
        "90s",
        "15m",
        "999999999d",
        "7d",
        "0s",
        "1e309",
        "NaN",
        "0.5",
        "h2",
        "postgresql",
        "jdbc:h2:mem:none",
        "/dev/null",
        "@/etc/hostname",
        "@@x",
        "--",
        "-",
        "=",
        "PUBLIC",
        "jdbc:sqlite:/dev/null/x"
    };

    /** Where a secret may be typed. */
    private static final String[] SECRETIVE = {
        "--password=" + Hostile.CANARY,
        "--url=jdbc:nothing://app:" + Hostile.CANARY + "@host/x",
        "--url=jdbc:h2:mem:none;PASSWORD=" + Hostile.CANARY,
        "--url=jdbc:postgresql://app:" + Hostile.CANARY + "@127.0.0.1:1/x?password=" + Hostile.CANARY,
        "--password-env=SECRET"
    };

    private final AlteredTables tables = new AlteredTables("tool");
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, String> environment =
            Map.of("OUTBOX_URL", tables.url(), "OUTBOX_USER", "sa", "OUTBOX_PASSWORD", "", "SECRET", Hostile.CANARY);
    private int runs;

    @Override
    public String name() {
        return "tool";
    }

    @Override
    public int cost() {
        return 10;
    }

    @Override
    public boolean feed(SplittableRandom random) throws IOException, SQLException {
        if (runs++ % FILL_EVERY == 0) {
            tables.fillDeadLetters(random, 20);
        }
        List<String> arguments = arguments(random);
        ToolRun run = ToolRun.of(environment, Hostile.one(random, "", "yes", "no"), arguments.toArray(String[]::new));
        Promises.require(run.code() >= 0 && run.code() <= HIGHEST_CODE, "the exit code is documented: " + run.code());
        harmless(run.out());
        harmless(run.err());
        Promises.require(
                !run.err().contains("\tat ") && !run.err().contains("java.lang.Illegal"), "no trace: " + run.err());
        Promises.require(!run.err().contains(Hostile.CANARY), "no secret is told: " + run.err());
        boolean secretsAsked = arguments.contains("--payload");
        Promises.require(secretsAsked || !run.out().contains(Hostile.CANARY), "values are shown only when asked for");
        if (run.code() == 0 && run.out().startsWith("{")) {
            json.readTree(run.out());
        }
        return run.code() != WRONG_ARGUMENTS;
    }

    private static void harmless(String text) {
        text.lines()
                .forEach(line -> Promises.require(
                        line.chars()
                                .noneMatch(c -> Character.getType(c) == Character.CONTROL
                                        || Character.getType(c) == Character.FORMAT),
                        "what is printed does nothing to a terminal"));
    }

    private static List<String> arguments(SplittableRandom random) {
        List<String> arguments = new ArrayList<>(List.of(Hostile.one(random, COMMANDS)));
        for (int i = random.nextInt(4); i > 0; i--) {
            switch (random.nextInt(8)) {
                case 0 -> arguments.add(Hostile.text(random));
                case 1 -> arguments.add(value(random));
                case 2 -> arguments.add(Hostile.one(random, FLAGS));
                case 3 -> arguments.add(Hostile.one(random, Hostile.once(random, 4) ? SECRETIVE : FLAGS));
                case 4 -> arguments.add(Hostile.one(random, VALUED) + "=" + value(random));
                default -> {
                    arguments.add(Hostile.one(random, VALUED));
                    arguments.add(value(random));
                }
            }
        }
        return arguments;
    }

    private static String value(SplittableRandom random) {
        return Hostile.once(random, 4) ? Hostile.text(random) : Hostile.one(random, VALUES);
    }

    @Override
    public void close() {
        tables.close();
    }
}
