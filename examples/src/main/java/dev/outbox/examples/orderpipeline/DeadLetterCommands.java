package dev.outbox.examples.orderpipeline;

import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeadLetters;
import dev.outbox.tool.OutboxTool;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

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
        List<JdbcOutbox> places = places(premises);
        if (number.isPresent() && places.size() > 1) {
            throw new UsageException("each service counts its own dead letters: say whose with --service");
        }
        if (verb.equals("list")) {
            int count = places.stream()
                    .mapToInt(place -> list(place.deadLetters(), console))
                    .sum();
            console.line(String.format(Locale.ROOT, "%,d dead letters", count));
            return 0;
        }
        return places.stream().mapToInt(place -> run(place, console)).max().orElse(0);
    }

    private List<JdbcOutbox> places(Premises premises) {
        return service.map(one -> Set.of(premises.of(one))).orElseGet(premises::schemas).stream()
                .map(Shop::outbox)
                .toList();
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

    /** The rest is the command line tool's matter: the shop lends it its connections. */
    private int run(JdbcOutbox place, Console console) {
        List<String> typed = new ArrayList<>(List.of("dead-letters", verb));
        if (number.isPresent()) {
            typed.add(number.get().toString());
        } else {
            typed.addAll(List.of("--all", "--yes"));
        }
        if (verb.equals("show")) {
            typed.add("--payload");
        }
        StringWriter said = new StringWriter();
        int code = OutboxTool.run(place, "order-pipeline", said, said, typed.toArray(String[]::new));
        said.toString().lines().forEach(console::line);
        return code;
    }
}
