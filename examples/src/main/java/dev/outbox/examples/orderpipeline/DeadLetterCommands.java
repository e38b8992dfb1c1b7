package dev.outbox.examples.orderpipeline;

import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadLetters;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a person can do with dead letters: {@code list}, {@code show}, {@code redrive}, {@code discard}. */
record DeadLetterCommands(String verb, Optional<Long> number) {
    /** Stands for no command. */
    static final DeadLetterCommands NONE = new DeadLetterCommands("", Optional.empty());

    private static final int PAGE = 1_000;

    /** @throws UsageException if it is none of the commands */
    static DeadLetterCommands parse(Arguments arguments) {
        List<String> words = arguments.words();
        String verb = words.size() > 1 ? words.get(1) : "list";
        boolean all = arguments.has("--all");
        if (!List.of("list", "show", "redrive", "discard").contains(verb)) {
            throw new UsageException("dead-letters does not know '" + verb + "'");
        }
        if (words.size() > 3 || (verb.equals("list") && words.size() > 2)) {
            throw new UsageException("too many arguments after dead-letters " + verb);
        }
        if (all && !verb.equals("redrive")) {
            throw new UsageException("--all goes with dead-letters redrive");
        }
        Optional<Long> number = words.size() > 2
                ? Optional.of(Arguments.number("the number of a dead letter", words.get(2), 1, Long.MAX_VALUE))
                : Optional.empty();
        if (!verb.equals("list") && number.isPresent() == all) {
            throw new UsageException("dead-letters " + verb + " needs the number of one"
                    + (verb.equals("redrive") ? ", or --all" : "") + "; see dead-letters list");
        }
        return new DeadLetterCommands(verb, number);
    }

    int run(Shop shop, Console console) {
        DeadLetters deadLetters = shop.outbox().deadLetters();
        return switch (verb) {
            case "show" -> show(deadLetters, console);
            case "redrive" -> changed(redrive(deadLetters), "redriven; the next run delivers", console);
            case "discard" -> changed(deadLetters.discard(chosen()), "discarded", console);
            default -> list(deadLetters, console);
        };
    }

    private DeadLetterQuery chosen() {
        return number.map(DeadLetterQuery::number).orElse(DeadLetterQuery.all().limit(PAGE));
    }

    private static int list(DeadLetters deadLetters, Console console) {
        DeadLetterQuery query = DeadLetterQuery.all().limit(PAGE);
        long count = 0;
        for (List<DeadLetter> page = deadLetters.list(query); !page.isEmpty(); page = deadLetters.list(query)) {
            console.deadLetters(page);
            count += page.size();
            query = query.above(page.get(page.size() - 1).number());
        }
        console.line(String.format(Locale.ROOT, "%,d dead letters", count));
        return 0;
    }

    private int show(DeadLetters deadLetters, Console console) {
        Optional<DeadLetter> found = number.flatMap(deadLetters::read);
        found.ifPresent(dead -> {
            console.deadLetters(List.of(dead));
            console.line("    message " + dead.message().id() + " to "
                    + dead.message().destination());
            console.line("    published " + dead.createdAt() + ", given up " + dead.diedAt());
            console.line("    " + dead.message().payload().toUtf8String());
        });
        return found.isPresent() ? 0 : changed(0, "", console);
    }

    private int redrive(DeadLetters deadLetters) {
        int redriven = 0;
        int last;
        do {
            last = deadLetters.redrive(chosen());
            redriven += last;
        } while (number.isEmpty() && last == PAGE);
        return redriven;
    }

    private int changed(int count, String what, Console console) {
        if (count == 0 && number.isPresent()) {
            console.line("there is no dead letter " + number.get());
            return 1;
        }
        console.line(String.format(Locale.ROOT, "%,d %s", count, what));
        return 0;
    }
}
