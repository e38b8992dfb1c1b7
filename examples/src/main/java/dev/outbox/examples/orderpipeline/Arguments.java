package dev.outbox.examples.orderpipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was typed, taken apart: words, options with a value, and flags. Immutable.
 *
 * @param words in their order
 * @param values of options, by their names, with the dashes
 * @param flags that are set
 */
record Arguments(List<String> words, Map<String, String> values, List<String> flags) {
    private static final Set<String> WITH_VALUE = Set.of(
            "--data",
            "--input",
            "--database",
            "--jdbc-url",
            "--transport",
            "--broker",
            "--service",
            "--user",
            "--password",
            "--faults",
            "--fault-seed",
            "--progress-millis",
            "--orders",
            "--seed");
    private static final Set<String> WITHOUT_VALUE =
            Set.of("--fresh", "--no-color", "--without-idempotency-keys", "--all", "--help");

    Arguments {
        words = List.copyOf(words);
        values = Map.copyOf(values);
        flags = List.copyOf(flags);
    }

    /** @throws UsageException if an option is unknown, is given twice, or has no value */
    static Arguments parse(String... arguments) {
        List<String> words = new ArrayList<>();
        Map<String, String> values = new TreeMap<>();
        List<String> flags = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (WITH_VALUE.contains(argument)) {
                if (++i == arguments.length) {
                    throw new UsageException(argument + " needs a value");
                }
                if (values.put(argument, arguments[i]) != null) {
                    throw new UsageException(argument + " is given twice");
                }
            } else if (WITHOUT_VALUE.contains(argument)) {
                flags.add(argument);
            } else if (argument.startsWith("--")) {
                throw new UsageException("unknown option " + argument);
            } else {
                words.add(argument);
            }
        }
        return new Arguments(words, values, flags);
    }

    boolean has(String flag) {
        return flags.contains(flag);
    }

    Optional<String> value(String option) {
        return Optional.ofNullable(values.get(option));
    }

    /** @throws UsageException if the value is no whole number from {@code least} to {@code most} */
    long number(String option, long otherwise, long least, long most) {
        return value(option).map(text -> number(option, text, least, most)).orElse(otherwise);
    }

    static long number(String what, String text, long least, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of bounds.
        }
        throw new UsageException(
                what + " must be a whole number from " + least + " to " + most + ", not '" + text + "'");
    }
}
