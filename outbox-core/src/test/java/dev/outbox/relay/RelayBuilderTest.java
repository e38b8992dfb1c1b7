package dev.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.outbox.spi.OutboxStore;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayBuilderTest {
    /** Building a relay asks nothing of its store. */
    private static final OutboxStore UNTOUCHED = (OutboxStore) Proxy.newProxyInstance(
            RelayBuilderTest.class.getClassLoader(), new Class<?>[] {OutboxStore.class}, (proxy, method, arguments) -> {
                throw new AssertionError(method + " was called");
            });

    private final Relay.Builder builder = Relay.from(UNTOUCHED);

    @Test
    void aRelayNeedsAWayToSend() {
        assertThatIllegalStateException().isThrownBy(builder::build).withMessageContaining("to(transport)");
    }

    @Test
    void oneRouteIsEnough() {
        Relay relay = builder.route("orders", new NoRoute()).name("r1").build();

        assertThat(relay.name()).isEqualTo("r1");
        assertThat(relay.state()).isEqualTo(Relay.State.NEW);
    }

    @Test
    void withoutANameEachRelayHasAnother() {
        builder.to(new NoRoute());

        assertThat(builder.build().name()).isNotEqualTo(builder.build().name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\n", "\u00e4", "\u007f"})
    void aNameThatIsNotVisibleAsciiIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.name(name))
                .withMessageContaining("name must be");
    }

    @Test
    void aNameHasAtMostAHundredCharacters() {
        builder.name("n".repeat(100));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.name("n".repeat(101)))
                .withMessageContaining("101");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 0.0009, 1e9 + 1, Double.NaN, Double.POSITIVE_INFINITY})
    void aRateOutOfBoundsIsRefused(double rate) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.rateLimit("orders", rate))
                .withMessageContaining("rate");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1_000_001})
    void aBudgetOutOfBoundsIsRefused(int tokens) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.retryBudget("orders", tokens))
                .withMessageContaining(String.valueOf(tokens));
    }

    @Test
    void nothingMayBeNull() {
        assertNull("store", () -> Relay.from(null));
        assertNull("transport", () -> builder.to(null));
        assertNull("destination", () -> builder.route(null, new NoRoute()));
        assertNull("transport", () -> builder.route("orders", null));
        assertNull("destination", () -> builder.rateLimit(null, 1));
        assertNull("destination", () -> builder.retryBudget(null, 1));
        assertNull("options", () -> builder.options(null));
        assertNull("listener", () -> builder.listener(null));
    }

    @Test
    void aRelayThatWasClosedBeforeItStartedCannotStart() {
        Relay relay = builder.to(new NoRoute()).build();

        relay.close();
        relay.close();

        assertThat(relay.state()).isEqualTo(Relay.State.CLOSED);
        assertThatIllegalStateException().isThrownBy(relay::start).withMessageContaining("CLOSED");
    }

    private static void assertNull(String name, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(call).withMessage(name);
    }
}
