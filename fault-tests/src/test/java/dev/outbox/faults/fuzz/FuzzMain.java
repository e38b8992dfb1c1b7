package dev.outbox.faults.fuzz;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The fuzzer as a command: {@code [target|all] [inputs] [seed] [first input]}. Says how many inputs came how far; ends with 1 when a promise was broken. */
public final class FuzzMain {
    private static final List<Supplier<Target>> TARGETS = List.of(
            KafkaRecords::new,
            RabbitDeliveries::new,
            RedisEntries::new,
            Payloads::new,
            ErrorTexts::new,
            Identifiers::new,
            Options::new,
            CommandLines::new,
            Rows::new);

    private FuzzMain() {}

    /** Runs the fuzzer. */
    public static void main(String[] arguments) {
        LogWatch log = LogWatch.begin();
        System.setProperty("h2.delayWrongPasswordMin", "0"); // it makes who guesses wait
        System.setProperty("h2.delayWrongPasswordMax", "0");
        String wanted = arguments.length > 0 ? arguments[0] : "all";
        long inputs = arguments.length > 1 ? Long.parseLong(arguments[1]) : 20_000;
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
        long first = arguments.length > 3 ? Long.parseLong(arguments[3]) : 0;
        Watchdog.watch();
        int code = 0;
        for (Supplier<Target> one : TARGETS) {
            code |= run(one, wanted, inputs, seed, first);
        }
        System.out.printf(Locale.ROOT, "%,d lines were logged, none of which tells a value%n", log.quietLines());
        System.exit(code);
    }

    private static int run(Supplier<Target> made, String wanted, long inputs, long seed, long first) {
        try (Target target = made.get()) {
            if (wanted.equals("all") || wanted.equals(target.name())) {
                long count = wanted.equals("all") ? Math.max(1, inputs / target.cost()) : inputs;
                System.out.println(new Fuzzer(target, seed).feed(first, count));
            }
            return 0;
        } catch (Throwable broken) {
            System.out.println(broken);
            for (Throwable cause = broken.getCause(); cause != null; cause = cause.getCause()) {
                System.out.println("caused by " + cause);
                for (StackTraceElement line : cause.getStackTrace()) {
                    System.out.println("    " + line);
                }
            }
            return 1;
        }
    }
}
