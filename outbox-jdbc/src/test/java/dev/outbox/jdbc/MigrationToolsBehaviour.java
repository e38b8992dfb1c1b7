package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import liquibase.command.CommandScope;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Flyway and Liquibase run the scripts as they stand in the jar, beside the application's own tables. */
abstract class MigrationToolsBehaviour {
    private static final Logger LIQUIBASE = Logger.getLogger("liquibase");

    /** Connections whose default schema is that of the test. */
    abstract DataSource dataSource();

    /** The folder of the scripts. */
    abstract String dialect();

    private List<String> differences() {
        return JdbcOutbox.on(dataSource(), JdbcOptions.defaults().tablePrefix("shop_"))
                .schema()
                .differences();
    }

    private Flyway flyway(String target) {
        return Flyway.configure()
                .dataSource(dataSource())
                .locations("classpath:dev/outbox/jdbc/" + dialect())
                .placeholders(Map.of("prefix", "shop_", "local", "shop_"))
                .table("outbox_history")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .target(target)
                .load();
    }

    private void withTablesOfTheApplication() throws SQLException {
        try (Connection connection = dataSource().getConnection()) {
            connection.createStatement().execute("CREATE TABLE customer (id integer)");
        }
    }

    @Test
    void flywayBringsTheTablesFromVersionToVersion() throws SQLException {
        withTablesOfTheApplication();
        assertThat(flyway("1").migrate().migrationsExecuted).isEqualTo(1);
        assertThat(differences()).isEmpty();
        assertThat(flyway("latest").migrate().migrationsExecuted).isEqualTo(Schema.NEWEST - 1);
        assertThat(differences()).isEmpty();
        assertThat(flyway("latest").migrate().migrationsExecuted).isZero();
        flyway("latest").validate();
    }

    /** Liquibase tells java.util.logging of everything. */
    @BeforeAll
    static void silence() {
        LIQUIBASE.setLevel(Level.OFF);
    }

    @Test
    void liquibaseBringsTheTablesToTheNewestVersion() throws Exception {
        withTablesOfTheApplication();
        for (int times = 0; times < 2; times++) {
            try (Connection connection = dataSource().getConnection()) {
                Database target =
                        DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
                new CommandScope(UpdateCommandStep.COMMAND_NAME)
                        .addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, target)
                        .addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, "outbox-changelog.xml")
                        .execute();
            }
            assertThat(differences()).isEmpty();
        }
    }
}
