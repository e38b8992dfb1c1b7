package dev.outbox.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PostgresUrlTest {

    @Test
    void anotherDatabaseKeepsAddressAndParameters() {
        PostgresUrl url = PostgresUrl.parse("jdbc:postgresql://db.example:5433/main?ssl=true&sslmode=require");

        assertThat(url.withDatabase("other").jdbcUrl())
                .isEqualTo("jdbc:postgresql://db.example:5433/other?ssl=true&sslmode=require");
    }

    @Test
    void theDatabaseMayBeMissing() {
        assertThat(PostgresUrl.parse("jdbc:postgresql://localhost/")
                        .withDatabase("db")
                        .jdbcUrl())
                .isEqualTo("jdbc:postgresql://localhost/db");
    }

    @Test
    void whatIsNoSuchUrlIsRefusedWithoutShowingItsParameters() {
        assertThatThrownBy(() -> PostgresUrl.parse("postgres://localhost/db?password=secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("postgres://localhost/db")
                .hasMessageNotContaining("secret");
    }
}
