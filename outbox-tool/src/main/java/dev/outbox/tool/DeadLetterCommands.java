package dev.outbox.tool;

import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadLetters;
import dev.outbox.tool.DeadLetterView.Contents;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code outbox dead-letters}. */
@Command(
        header = "Dead letters: lists, shows, redrives and discards what was given up.",
        description = {
            "",
            "A redrive sends a message once more, with its id, as the last of its key; its attempts begin anew. What the relay gave up goes to its destination, what a consumer gave"
                    + " up to that consumer alone. A dead letter is redriven at most once, also if several people do it at a time."
        })
final class DeadLetterCommands {
    private static final double HIGHEST_RATE = 1_000_000;

    private final Access access;
    private final Output output;
    private final DeadLetterView view;
    private final Confirmation confirmation;

    DeadLetterCommands(Access access, Output output, Confirmation confirmation) {
        this.access = access;
        this.output = output;
        this.view = new DeadLetterView(output);
        this.confirmation = confirmation;
    }

    @Command(name = "list", header = "Lists dead letters, lowest number first.")
    int list(
            @Mixin DeadLetterFilter filter,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "At most so many, up to 10000: ${DEFAULT-VALUE} unless given.")
                    int limit,
            @Option(names = "--payload", description = "With --json: payloads and header values too.")
                    boolean payload) {
        if (limit < 1 || limit > DeadLetterQuery.MAX_LIMIT) {
            throw new UsageException("--limit " + limit + " must be 1 to " + DeadLetterQuery.MAX_LIMIT);
        }
        List<DeadLetter> letters = letters().list(filter.query().limit(limit));
        if (output.isJson()) {
            output.json(letters.stream()
                    .map(letter -> DeadLetterView.json(letter, contents(payload)))
                    .toList());
            return ExitCode.DONE;
        }
        if (!letters.isEmpty()) {
            view.table(letters);
        }
        output.line("%s", dead(letters.size()));
        if (letters.size() == limit) {
            output.line("there may be more: --above %d", letters.get(limit - 1).number());
        }
        return ExitCode.DONE;
    }

    @Command(name = "show", header = "Shows one dead letter.")
    int show(
            @Parameters(paramLabel = "NUMBER", description = "Its number, from `dead-letters list`.") long number,
            @Option(names = "--payload", description = "Its payload and header values too.") boolean payload) {
        Optional<DeadLetter> letter = letters().read(number);
        if (letter.isEmpty()) {
            return none(number);
        }
        if (output.isJson()) {
            output.json(DeadLetterView.json(letter.get(), contents(payload)));
        } else {
            view.one(letter.get(), contents(payload));
        }
        return ExitCode.DONE;
    }

    @Command(name = "redrive", header = "Sends dead letters once more: one by its number, or all that are meant.")
    int redrive(
            @Parameters(arity = "0..1", paramLabel = "NUMBER", description = "The number of one.") @Nullable
                    Long number,
            @Mixin DeadLetterFilter filter,
            @Option(names = "--all", description = "All that there are.") boolean all,
            @Option(
                            names = "--rate",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "Of many, so many a second: ${DEFAULT-VALUE} unless given.")
                    double rate,
            @Option(names = "--yes", description = "Does not ask.") boolean yes) {
        if (!(rate > 0) || rate > HIGHEST_RATE) {
            throw new UsageException("--rate " + rate + " must be above 0 and at most 1000000");
        }
        DeadLetterQuery query = chosen(number, filter, all);
        if (number != null) {
            return changed("redriven", letters().redrive(query), number);
        }
        confirm("Redrive", query, yes);
        return changed("redriven", letters().redriveAtRate(query, rate), null);
    }

    @Command(name = "discard", header = "Deletes dead letters: one by its number, or all that are meant.")
    int discard(
            @Parameters(arity = "0..1", paramLabel = "NUMBER", description = "The number of one.") @Nullable
                    Long number,
            @Mixin DeadLetterFilter filter,
            @Option(names = "--all", description = "All that there are.") boolean all,
            @Option(names = "--yes", description = "Does not ask.") boolean yes) {
        DeadLetterQuery query = chosen(number, filter, all);
        if (number != null) {
            return changed("discarded", letters().discard(query), number);
        }
        return changed("discarded", discard(query, confirm("Discard", query, yes)), null);
    }

    /** What dies meanwhile has higher numbers and is left. */
    private long discard(DeadLetterQuery query, long wanted) {
        long done = 0;
        int last = 1;
        while (done < wanted && last > 0) {
            last = letters().discard(query.limit((int) Math.min(DeadLetterQuery.MAX_LIMIT, wanted - done)));
            done += last;
        }
        return done;
    }

    private static DeadLetterQuery chosen(@Nullable Long number, DeadLetterFilter filter, boolean all) {
        int ways = (number == null ? 0 : 1) + (filter.isEmpty() ? 0 : 1) + (all ? 1 : 0);
        if (ways != 1) {
            throw new UsageException(
                    "say which: the NUMBER of one (`dead-letters list` shows them), or conditions such as --key, or --all");
        }
        return number == null ? filter.query() : DeadLetterQuery.number(number);
    }

    /** How many there are to change. */
    private long confirm(String verb, DeadLetterQuery query, boolean yes) {
        long count = letters().count(query);
        if (!yes && count > 0) {
            confirmation.require(verb + " " + dead(count));
        }
        return count;
    }

    private int changed(String what, long count, @Nullable Long number) {
        if (count == 0 && number != null) {
            return none(number);
        }
        if (output.isJson()) {
            output.json(Map.of(what, count));
        } else {
            output.line("%,d %s", count, what);
        }
        return ExitCode.DONE;
    }

    private int none(long number) {
        if (output.isJson()) {
            output.json(Map.of("error", "there is no dead letter " + number));
        } else {
            output.line("there is no dead letter %d", number);
        }
        return ExitCode.NOT_SO;
    }

    private static String dead(long count) {
        return String.format(Locale.ROOT, count == 1 ? "%,d dead letter" : "%,d dead letters", count);
    }

    private static Contents contents(boolean payload) {
        return payload ? Contents.SHOWN : Contents.HIDDEN;
    }

    private DeadLetters letters() {
        return access.outbox().deadLetters();
    }
}
