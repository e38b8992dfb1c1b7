package dev.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class JsonCodecTest {
    record Point(int x, int y) {}

    private final JsonCodec codec = JsonCodec.standard();

    @Test
    void roundTripsARecordAndToleratesWhatItDoesNotKnow() {
        assertThat(codec.decode(codec.encode(new Point(1, 2)), Point.class)).isEqualTo(new Point(1, 2));
        assertThat(codec.decode(Payload.ofUtf8("{\"x\":1,\"y\":2,\"z\":3}"), Point.class))
                .isEqualTo(new Point(1, 2));
    }

    @Test
    void refusesWhatIsNoJsonOfTheTypeWithoutQuotingIt() {
        for (String bad : new String[] {"canary", "{\"x\":\"canary\"}", "[1]", "null", "{\"x\":1} canary", ""}) {
            assertThatThrownBy(() -> codec.decode(Payload.ofUtf8(bad), Point.class))
                    .isInstanceOf(CodecException.class)
                    .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("canary"));
        }
    }

    @Test
    void refusesDeepNestingInsteadOfOverflowingTheStack() {
        String deep = "[".repeat(100_000);
        assertThatThrownBy(() -> codec.decode(Payload.ofUtf8(deep), Object[].class))
                .isInstanceOf(CodecException.class);
    }

    @Test
    void aTypeNameInTheJsonInstantiatesNothing() {
        Object value = codec.decode(Payload.ofUtf8("{\"@class\":\"java.io.File\",\"@type\":\"x\"}"), Object.class);
        assertThat(value).isInstanceOf(java.util.Map.class);
    }

    @Test
    void typesAreRegisteredOnceAndFoundBothWays() {
        PayloadTypes types = PayloadTypes.none().with("Point", Point.class);
        assertThat(types.type("Point")).contains(Point.class);
        assertThat(types.name(Point.class)).contains("Point");
        assertThat(types.type("java.lang.String")).isEmpty();
        assertThatThrownBy(() -> types.with("Point", String.class)).hasMessageContaining("is registered already");
        assertThatThrownBy(() -> types.with("Other", Point.class)).hasMessageContaining("is registered already");
    }

    private static String stackTrace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
