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
 * @param database where the shop's tables are
 * @param input a file of orders; {@code -} for the standard input; empty for the sample
 * @param start whether to begin anew
 * @param faults how unreliable the gateway is
 * @param keys whether the gateway gets idempotency keys
 * @param color whether colours are wanted
 * @param progress the time between two lines of progress, empty for a fit one
 */
record Settings(
        Path data,
        DatabaseAddress database,
        Optional<String> input,
        Shop.Start start,
        Faults faults,
        Keys keys,
        boolean color,
        Optional<Duration> progress) {
    private static final String PASSWORD_VARIABLE = "ORDER_PIPELINE_PASSWORD";
    private static final long SHORTEST_PROGRESS_MILLIS = 5;
    private static final long LONGEST_PROGRESS_MILLIS = 60_000;

    /** @throws UsageException if a value is wrong, or two contradict each other */
    static Settings of(Arguments arguments, Map<String, String> environment) {
        Path data = Path.of(arguments.value("--data").orElse("order-pipeline-data"));
        try {
            return new Settings(
                    data,
                    database(arguments, environment, data),
                    arguments.value("--input"),
                    arguments.has("--fresh") ? Shop.Start.FRESH : Shop.Start.GO_ON,
                    faults(arguments),
                    arguments.has("--without-idempotency-keys") ? Keys.LEFT_OUT : Keys.SENT,
                    !arguments.has("--no-color")
                            && environment.getOrDefault("NO_COLOR", "").isEmpty(),
                    arguments
                            .value("--progress-millis")
                            .map(text -> Duration.ofMillis(Arguments.number(
                                    "--progress-millis", text, SHORTEST_PROGRESS_MILLIS, LONGEST_PROGRESS_MILLIS))));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private static DatabaseAddress database(Arguments arguments, Map<String, String> environment, Path data) {
        Optional<String> url = arguments.value("--jdbc-url");
        if (url.isEmpty()) {
            if (arguments.value("--user").isPresent()
                    || arguments.value("--password").isPresent()) {
                throw new UsageException("--user and --password go with --jdbc-url");
            }
            return DatabaseAddress.file(data);
        }
        String password = arguments.value("--password").orElse(environment.getOrDefault(PASSWORD_VARIABLE, ""));
        return new DatabaseAddress(url.get(), arguments.value("--user").orElse(""), password);
    }

    private static Faults faults(Arguments arguments) {
        long seed = arguments.number("--fault-seed", Faults.standard().seed(), Long.MIN_VALUE, Long.MAX_VALUE);
        return arguments
                .value("--faults")
                .map(text -> Faults.parse(text, seed))
                .orElse(Faults.standard().withSeed(seed));
    }
}
