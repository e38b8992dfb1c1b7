package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.outbox.spi.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresDurabilityIT {
    @RegisterExtension
    final PostgresDatabase database = new PostgresDatabase();

    private final JdbcOutbox outbox = database.outbox();

    @Test
    void aServerThatForgetsNothingIsNotWarnedOf() {
        assertThat(outbox.store().durabilityWarnings()).isEmpty();
    }

    @Test
    void aRoleThatDoesNotWaitForItsCommitsIsNamed() {
        try (HikariDataSource pool =
                PostgresDatabase.pool(config -> config.setConnectionInitSql("SET synchronous_commit = off"))) {
            assertThat(JdbcOutbox.on(pool, database.options()).store().durabilityWarnings())
                    .singleElement()
                    .asString()
                    .contains("synchronous_commit=off");
        }
    }

    @Test
    void anUnloggedTableIsNamed() {
        database.execute("ALTER TABLE " + database.table("outbox_message") + " SET UNLOGGED");
        assertThat(outbox.store().durabilityWarnings())
                .singleElement()
                .asString()
                .contains("unlogged");
    }

    @Test
    void g3_aSequenceThatCachesIsRefused() {
        database.execute("ALTER TABLE " + database.table("outbox_message") + " ALTER COLUMN position SET CACHE 20");
        assertThatThrownBy(() -> outbox.store().durabilityWarnings())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("caches 20")
                .hasMessageContaining("CACHE to 1");
    }
}
