package dev.outbox.examples.orderpipeline;

import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadLetters;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/** What a person can do with dead letters: {@code list}, {@code show}, {@code redrive}, {@code discard}. */
record DeadLetterCommands(String verb, Optional<Long> number, Optional<Service> service) {
    /** Stands for no command. */
    static final DeadLetterCommands NONE = new DeadLetterCommands("", Optional.empty(), Optional.empty());

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
        return new DeadLetterCommands(verb, number, arguments.value("--service").map(Service::named));
    }

    int run(Premises premises, Console console) {
        List<DeadLetters> places = places(premises);
        if (number.isPresent() && places.size() > 1) {
            throw new UsageException("each service counts its own dead letters: say whose with --service");
        }
        return switch (verb) {
            case "show" -> show(places.get(0), console);
            case "redrive" -> changed(sum(places, this::redrive), "redriven; the next run delivers", console);
            case "discard" -> changed(sum(places, place -> place.discard(chosen())), "discarded", console);
            default -> {
                console.line(
                        String.format(Locale.ROOT, "%,d dead letters", sum(places, place -> list(place, console))));
                yield 0;
            }
        };
    }

    private List<DeadLetters> places(Premises premises) {
        return service.map(one -> Set.of(premises.of(one))).orElseGet(premises::schemas).stream()
                .map(shop -> shop.outbox().deadLetters())
                .toList();
    }

    private static int sum(List<DeadLetters> places, ToIntFunction<DeadLetters> number) {
        return places.stream().mapToInt(number).sum();
    }

    private DeadLetterQuery chosen() {
        return number.map(DeadLetterQuery::number).orElse(DeadLetterQuery.all().limit(PAGE));
    }

    private static int list(DeadLetters deadLetters, Console console) {
        DeadLetterQuery query = DeadLetterQuery.all().limit(PAGE);
        int count = 0;
        for (List<DeadLetter> page = deadLetters.list(query); !page.isEmpty(); page = deadLetters.list(query)) {
            console.deadLetters(page);
            count += page.size();
            query = query.above(page.get(page.size() - 1).number());
        }
        return count;
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
