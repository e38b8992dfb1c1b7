package dev.outbox.publish;

import dev.outbox.consumer.Consumer;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Says when whoever publishes should slow down, since something further on does not keep up. What then becomes of a publish is for {@link PressureLimit} to say.
 *
 * <pre>{@code
 * JdbcOptions.defaults().pressure(PressureLimit.block(Pressure.ofLag(payments, 10_000), Duration.ofSeconds(5)))
 * }</pre>
 *
 * <p>Must not be put on what the handlers of the slow consumer publish themselves: they would wait for each other.
 */
@FunctionalInterface
public interface Pressure {
    /**
     * Why publishing should wait at present, in words; empty if it need not. Called by many threads before every publish, inside their transactions: MUST return at
     * once, without I/O. One that throws is taken for none.
     */
    Optional<String> reason();

    /**
     * While more than {@code most} messages at the broker are not finished by {@code consumer}, as far as its source knows.
     *
     * @throws IllegalArgumentException if {@code most} is below 1
     */
    static Pressure ofLag(Consumer consumer, long most) {
        Objects.requireNonNull(consumer, "consumer");
        if (most < 1) {
            throw new IllegalArgumentException("the most messages of lag, " + most + ", must be at least 1");
        }
        return () -> {
            OptionalLong lag = consumer.lag();
            return lag.isPresent() && lag.getAsLong() > most
                    ? Optional.of("consumer " + consumer.name() + " has " + lag.getAsLong()
                            + " messages to go and the limit is " + most)
                    : Optional.empty();
        };
    }

    /** While one of both asks for it. */
    default Pressure or(Pressure other) {
        Objects.requireNonNull(other, "other");
        return () -> reason().or(other::reason);
    }
}
