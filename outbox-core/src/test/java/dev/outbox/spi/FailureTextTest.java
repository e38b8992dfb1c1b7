package dev.outbox.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FailureTextTest {
    @Test
    void namesTheFailureAndItsRootCause() {
        String text =
                FailureText.of(new IllegalStateException("outer", new RuntimeException("middle", new Error("root"))));
        assertThat(text).isEqualTo("java.lang.IllegalStateException: outer | caused by java.lang.Error: root");
    }

    @Test
    void hidesWhatLooksLikeACredential() {
        assertThat(FailureText.clean("jdbc:x://user:canary@host password=canary&Token: canary \"secret\":\"canary\""))
                .doesNotContain("canary");
    }

    @Test
    void keepsWhatAnExceptionSaysThatIsNamedLikeACredential() {
        String text =
                "org.apache.kafka.common.errors.TopicAuthorizationException: Not authorized to access topics: [orders]";
        assertThat(FailureText.clean(text)).isEqualTo(text);
        assertThat(FailureText.clean("InvalidTokenError: expired")).isEqualTo("InvalidTokenError: expired");
    }

    @Test
    void hidesCredentialsHoweverTheyAreWritten() {
        for (String text : List.of(
                "Authorization: Bearer canary",
                "authorization=Basic canary",
                "amqp://user:with/slash/canary@host",
                "redis://:with@sign@canary@host",
                "secretKey=canary",
                "access-key: canary",
                "{'password': 'canary'}",
                "password=\"cut off canary",
                "{\"password\":\"with \\\"canary\"}")) {
            assertThat(FailureText.clean(text)).as(text).doesNotContain("canary");
        }
    }

    @Test
    void isNotCutInTheMiddleOfACharacter() {
        for (int before = 0; before < 4; before++) {
            String text = FailureText.clean("x".repeat(before) + "😀".repeat(FailureText.MAX_LENGTH));
            assertThat(new String(text.getBytes(UTF_8), UTF_8)).isEqualTo(text).endsWith("😀…");
        }
    }

    @Test
    void anyTextBecomesShortHarmlessUtf8() {
        for (long seed = 0; seed < 2_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            StringBuilder evil = new StringBuilder();
            for (int i = random.nextInt(6_000); i > 0; i--) {
                evil.append((char) (random.nextInt(4) == 0 ? random.nextInt(0x10000) : random.nextInt(0x80)));
            }
            String text = FailureText.clean(evil.toString());
            assertThat(text.length()).as("seed %d", seed).isLessThanOrEqualTo(FailureText.MAX_LENGTH);
            assertThat(new String(text.getBytes(UTF_8), UTF_8))
                    .as("seed %d", seed)
                    .isEqualTo(text);
            assertThat(text.chars().noneMatch(Character::isISOControl))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    @Test
    void survivesFailuresThatFailThemselves() {
        class Evil extends RuntimeException {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new IllegalStateException("no message");
            }

            @Override
            public synchronized Throwable getCause() {
                throw new IllegalStateException("no cause");
            }
        }
        assertThat(FailureText.of(new Evil())).contains("Evil");
        RuntimeException cyclic = new RuntimeException("a");
        cyclic.initCause(new RuntimeException("b", cyclic));
        assertThat(FailureText.of(cyclic)).startsWith("java.lang.RuntimeException: a");
    }
}
