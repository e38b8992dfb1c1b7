package dev.outbox.faults.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The program of {@code dev/faults}: one run, whose report goes to the standard output and to a file in the folder that the system property {@code faults.reports} names.
 * {@code faults.only} is a regular expression of the names of the faults that may happen, {@code faults.mistake} a {@link Mistake}.
 */
final class FaultProgram {
    private static final String SECONDS = "60";
    private static final int MOST_SEEDS = 1_000_000;

    private FaultProgram() {}

    public static void main(String[] arguments) throws IOException {
        Plan plan = plan(arguments);
        Verdict verdict = FaultRun.of(plan);
        List<String> report = new ArrayList<>(verdict.report());
        report.add("commit: " + System.getProperty("faults.commit", "unknown"));
        Path file = Path.of(System.getProperty("faults.reports", "target/faults"), plan.label() + ".txt");
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, report);
        verdict.summary().forEach(System.out::println);
        System.out.println("report: " + file);
        System.exit(verdict.isGood() ? 0 : 1);
    }

    private static Plan plan(String[] arguments) {
        DatabaseKind database = DatabaseKind.valueOf(argument(arguments, 0, "POSTGRESQL"));
        Broker broker = Broker.valueOf(argument(arguments, 1, "KAFKA"));
        Duration length = Duration.ofSeconds(Long.parseLong(argument(arguments, 2, SECONDS)));
        long seed = Long.parseLong(argument(arguments, 3, String.valueOf(new SplittableRandom().nextInt(MOST_SEEDS))));
        Plan plan = Plan.of(database, broker, length, seed);
        Mistake mistake = Mistake.valueOf(System.getProperty("faults.mistake", Mistake.NONE.name()));
        Plan wrong = mistake == Mistake.NONE ? plan : plan.mistake(mistake);
        return wrong.only(System.getProperty("faults.only", wrong.only()));
    }

    private static String argument(String[] arguments, int number, String otherwise) {
        return number < arguments.length ? arguments[number].toUpperCase(Locale.ROOT) : otherwise;
    }
}
