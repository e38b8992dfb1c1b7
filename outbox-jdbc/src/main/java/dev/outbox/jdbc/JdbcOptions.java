package dev.outbox.jdbc;

import dev.outbox.MessageLimits;
import dev.outbox.publish.PendingLimit;
import dev.outbox.publish.PressureLimit;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the tables are and which limits hold. Immutable; each method returns changed options.
 *
 * <pre>{@code
 * JdbcOptions.defaults().schema("messaging").tablePrefix("shop_")   // messaging.shop_outbox_message, ...
 * }</pre>
 */
public final class JdbcOptions {
    private static final JdbcOptions DEFAULTS = new JdbcOptions(
            Names.plain(),
            destination -> MessageLimits.defaults(),
            null,
            null,
            Duration.ofDays(7),
            Duration.ofSeconds(10));

    private final Names names;
    private final Function<String, MessageLimits> limits;
    private final @Nullable PendingLimit pendingLimit;
    private final @Nullable PressureLimit pressure;
    private final Duration inboxRetention;
    private final Duration statementTimeout;

    private JdbcOptions(
            Names names,
            Function<String, MessageLimits> limits,
            @Nullable PendingLimit pendingLimit,
            @Nullable PressureLimit pressure,
            Duration inboxRetention,
            Duration statementTimeout) {
        this.names = names;
        this.limits = limits;
        this.pendingLimit = pendingLimit;
        this.pressure = pressure;
        this.inboxRetention = inboxRetention;
        this.statementTimeout = statementTimeout;
    }

    /**
     * Tables without a prefix in the connection's default schema, {@link MessageLimits#defaults()} for every destination, no limit of pending
     * messages, 7 days of retention in the inbox,
     * and 10 seconds for a statement.
     */
    public static JdbcOptions defaults() {
        return DEFAULTS;
    }

    /**
     * What the names of all tables begin with. Names are written in lower case and without quotes.
     *
     * @param prefix a letter or underscore, and up to 40 more letters, digits or underscores
     * @throws IllegalArgumentException if it is anything else
     */
    public JdbcOptions tablePrefix(String prefix) {
        return new JdbcOptions(
                names.withPrefix(prefix), limits, pendingLimit, pressure, inboxRetention, statementTimeout);
    }

    /**
     * The schema in which the tables stand; it has to exist. SQLite has none.
     *
     * @param schema a letter or underscore, and up to 40 more letters, digits or underscores; no reserved word
     * @throws IllegalArgumentException if it is anything else
     */
    public JdbcOptions schema(String schema) {
        return new JdbcOptions(
                names.withSchema(schema), limits, pendingLimit, pressure, inboxRetention, statementTimeout);
    }

    /** What messages to a destination may measure. The function is called for every message, by many threads. */
    public JdbcOptions limits(Function<String, MessageLimits> limits) {
        return new JdbcOptions(
                names,
                Objects.requireNonNull(limits, "limits"),
                pendingLimit,
                pressure,
                inboxRetention,
                statementTimeout);
    }

    /**
     * How many messages may be pending; unlimited by default. They are counted four times a second at most, on a connection of its own: the pool needs one more
     * than there are threads that publish, or a publish waits for a connection that only it could give back.
     */
    public JdbcOptions pendingLimit(PendingLimit limit) {
        return new JdbcOptions(
                names, limits, Objects.requireNonNull(limit, "limit"), pressure, inboxRetention, statementTimeout);
    }

    /** When publishing slows down because what receives the messages does not keep up, and how; never by default. */
    public JdbcOptions pressure(PressureLimit limit) {
        return new JdbcOptions(
                names, limits, pendingLimit, Objects.requireNonNull(limit, "limit"), inboxRetention, statementTimeout);
    }

    /**
     * How long the inbox remembers what it handled. A duplicate that comes later than this is handled again, so it has to exceed the time that a broker
     * keeps messages plus the longest schedule of retries.
     *
     * @throws IllegalArgumentException if {@code retention} is shorter than a minute
     */
    public JdbcOptions inboxRetention(Duration retention) {
        if (retention.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("inbox retention " + retention + " must be at least a minute");
        }
        return new JdbcOptions(names, limits, pendingLimit, pressure, retention, statementTimeout);
    }

    /**
     * After what time a statement of the relay or of a consumer's bookkeeping is given up. Statements on a caller's connection have no timeout of ours.
     *
     * @throws IllegalArgumentException if {@code timeout} is shorter than a second or longer than an hour
     */
    public JdbcOptions statementTimeout(Duration timeout) {
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("statement timeout " + timeout + " must be 1 second to 1 hour");
        }
        return new JdbcOptions(names, limits, pendingLimit, pressure, inboxRetention, timeout);
    }

    Names names() {
        return names;
    }

    MessageLimits limitsOf(String destination) {
        return Objects.requireNonNull(limits.apply(destination), () -> "limits of destination " + destination);
    }

    @Nullable
    PendingLimit pendingLimit() {
        return pendingLimit;
    }

    @Nullable
    PressureLimit pressure() {
        return pressure;
    }

    Duration inboxRetention() {
        return inboxRetention;
    }

    Duration statementTimeout() {
        return statementTimeout;
    }
}
