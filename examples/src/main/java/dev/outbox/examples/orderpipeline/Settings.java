package dev.outbox.examples.orderpipeline;

import dev.outbox.examples.orderpipeline.gateway.Faults;
import dev.outbox.examples.orderpipeline.gateway.GatewayClient.Keys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the pipeline was told to do.
 *
 * @param data the directory of the database, the gateway's ledger and the texts of notifications
 * @param kind which database it is
 * @param database where the shop's tables are; empty for a private server
 * @param transport what lies between the services, each then a process; empty for all in one
 * @param broker where the broker is; empty for a private one
 * @param input where orders come from
 * @param start whether to begin anew
 * @param faults how unreliable the gateway is
 * @param keys whether the gateway gets idempotency keys
 * @param color whether colours are wanted
 * @param progress the time between two lines of progress, empty for a fit one
 */
record Settings(
        Path data,
        DatabaseKind kind,
        Optional<DatabaseAddress> database,
        Optional<BrokerKind> transport,
        Optional<String> broker,
        Input input,
        Shop.Start start,
        Faults faults,
        Keys keys,
        boolean color,
        Optional<Duration> progress) {
    private static final String IN_PROCESS = "in-process";
    private static final long SHORTEST_PROGRESS_MILLIS = 5;
    private static final long LONGEST_PROGRESS_MILLIS = 60_000;

    /** @throws UsageException if a value is wrong, or two contradict each other */
    static Settings of(Arguments arguments, Map<String, String> environment) {
        Path data = Path.of(arguments.value("--data").orElse("order-pipeline-data"));
        try {
            Optional<BrokerKind> transport = arguments
                    .value("--transport")
                    .filter(name -> !name.equals(IN_PROCESS))
                    .map(BrokerKind::named);
            Optional<DatabaseAddress> named = database(arguments, environment);
            DatabaseKind kind = kind(arguments, named, transport);
            Settings settings = new Settings(
                    data,
                    kind,
                    named.or(() -> kind.isFile() ? Optional.of(kind.file(data)) : Optional.empty()),
                    transport,
                    arguments.value("--broker"),
                    new Input(arguments.value("--input").orElse("")),
                    arguments.has("--fresh") ? Shop.Start.FRESH : Shop.Start.GO_ON,
                    faults(arguments),
                    arguments.has("--without-idempotency-keys") ? Keys.LEFT_OUT : Keys.SENT,
                    !arguments.has("--no-color")
                            && environment.getOrDefault("NO_COLOR", "").isEmpty(),
                    arguments
                            .value("--progress-millis")
                            .map(text -> Duration.ofMillis(Arguments.number(
                                    "--progress-millis", text, SHORTEST_PROGRESS_MILLIS, LONGEST_PROGRESS_MILLIS))));
            settings.requireSense();
            return settings;
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private void requireSense() {
        if (transport.isEmpty() && broker.isPresent()) {
            throw new UsageException("--broker goes with --transport");
        }
        if (transport.isPresent() && kind != DatabaseKind.POSTGRESQL) {
            throw new UsageException("with --transport each service is a process: the database must be PostgreSQL");
        }
        if (transport.isPresent() && input.place().equals(Input.STANDARD)) {
            throw new UsageException("with --transport a process of its own reads the input: give it a file");
        }
    }

    /** @throws UsageException if there is nothing that an earlier run could have left */
    void requireWhatWasLeft(String command) {
        if (database.isEmpty()) {
            String option = transport.isPresent() ? "--transport" : "--database " + kind.lowerCase();
            throw new UsageException(
                    command + " with " + option + " needs --jdbc-url: a private database is gone with its run");
        }
    }

    /** @throws UsageException if the broker would not know what the database is waiting for */
    void requireTheSameBroker() {
        if (transport.isPresent() && database.isPresent() && broker.isEmpty() && start != Shop.Start.FRESH) {
            throw new UsageException("--jdbc-url with --transport needs --broker, or --fresh:"
                    + " a private broker knows nothing of what an earlier run left under way");
        }
    }

    private static DatabaseKind kind(
            Arguments arguments, Optional<DatabaseAddress> named, Optional<BrokerKind> transport) {
        Optional<DatabaseKind> asked = arguments.value("--database").map(DatabaseKind::named);
        if (asked.isPresent() && named.isPresent()) {
            throw new UsageException("--jdbc-url says which database it is: leave out --database");
        }
        return asked.or(() -> named.map(DatabaseAddress::kind))
                .orElse(transport.isPresent() ? DatabaseKind.POSTGRESQL : DatabaseKind.H2);
    }

    private static Optional<DatabaseAddress> database(Arguments arguments, Map<String, String> environment) {
        Optional<String> url = arguments.value("--jdbc-url");
        if (url.isEmpty()) {
            if (arguments.value("--user").isPresent()
                    || arguments.value("--password").isPresent()) {
                throw new UsageException("--user and --password go with --jdbc-url");
            }
            return Optional.empty();
        }
        String password =
                arguments.value("--password").orElse(environment.getOrDefault(ServiceSettings.PASSWORD_VARIABLE, ""));
        return Optional.of(
                new DatabaseAddress(url.get(), arguments.value("--user").orElse(""), password));
    }

    private static Faults faults(Arguments arguments) {
        long seed = arguments.number("--fault-seed", Faults.standard().seed(), Long.MIN_VALUE, Long.MAX_VALUE);
        return arguments
                .value("--faults")
                .map(text -> Faults.parse(text, seed))
                .orElse(Faults.standard().withSeed(seed));
    }
}
