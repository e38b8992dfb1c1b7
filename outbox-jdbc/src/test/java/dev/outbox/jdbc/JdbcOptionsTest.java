package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.MessageLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcOptionsTest {
    private static final JdbcOptions DEFAULTS = JdbcOptions.defaults();

    @Test
    void namesAreInLowerCaseAndQualifiedByTheSchema() {
        assertThat(DEFAULTS.names().resolve("${prefix}outbox_message ${local}i"))
                .isEqualTo("outbox_message i");
        assertThat(DEFAULTS.schema("Messaging")
                        .tablePrefix("SHOP_")
                        .names()
                        .resolve("${prefix}outbox_message ${local}i"))
                .isEqualTo("messaging.shop_outbox_message shop_i");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1a",
                "a b",
                "a-b",
                "a;drop table x",
                "a\"",
                "a'",
                "a.b",
                "ä",
                "a\n",
                "a\u0000",
                "a12345678901234567890123456789012345678901"
            })
    void whatIsNoIdentifierIsRefused(String name) {
        assertThatThrownBy(() -> DEFAULTS.tablePrefix(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("table prefix");
        assertThatThrownBy(() -> DEFAULTS.schema(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("schema");
    }

    @Test
    void theLongestIdentifierIsTaken() {
        String longest = "a".repeat(41);
        assertThat(DEFAULTS.tablePrefix(longest).names().prefix()).isEqualTo(longest);
    }

    @Test
    void durationsHaveBounds() {
        assertThatThrownBy(() -> DEFAULTS.statementTimeout(Duration.ofMillis(999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0.999S");
        assertThatThrownBy(() -> DEFAULTS.statementTimeout(Duration.ofHours(2)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DEFAULTS.inboxRetention(Duration.ofSeconds(59)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least a minute");
        assertThat(DEFAULTS.statementTimeout(Duration.ofSeconds(3)).statementTimeout())
                .isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void limitsAreThoseOfTheDestination() {
        MessageLimits small = new MessageLimits(1, 1, 1);
        JdbcOptions options = DEFAULTS.limits(d -> d.equals("small") ? small : MessageLimits.defaults());
        assertThat(options.limitsOf("small")).isEqualTo(small);
        assertThat(options.limitsOf("other")).isEqualTo(MessageLimits.defaults());
        assertThat(options.tablePrefix("x").limitsOf("small")).isEqualTo(small);
    }
}
