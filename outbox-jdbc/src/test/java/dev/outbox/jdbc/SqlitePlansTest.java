package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No statement that relays and consumers repeat reads a whole table: SQLite says SCAN for that, unless a limit ends it. */
class SqlitePlansTest {
    @RegisterExtension
    final SqliteDatabase database = new SqliteDatabase();

    private List<String> plan(Connection connection, String sql) throws SQLException {
        List<String> steps = new ArrayList<>();
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "EXPLAIN QUERY PLAN " + database.options().names().resolve(sql))) {
            while (row.next()) {
                steps.add(row.getString("detail"));
            }
        }
        return steps;
    }

    private static Stream<String> repeated() {
        SqliteParkedSql parked = new SqliteParkedSql();
        SqliteDeadLetterSql dead = new SqliteDeadLetterSql();
        SqliteDeliverySql deliveries = new SqliteDeliverySql();
        SqliteInspectionSql inspection = new SqliteInspectionSql();
        SqliteInboxSql inbox = new SqliteInboxSql();
        return Stream.of(
                        parked.park(),
                        parked.enqueue(),
                        dead.buryHot(),
                        dead.buryParked(),
                        deliveries.parkBehind(),
                        List.of(parked.reschedule(), parked.promoteNext(), parked.delete(), parked.releaseStranded()),
                        List.of(parked.dueHeads(), parked.followers(), parked.read(), parked.nextDue()),
                        List.of(inbox.insert(), inbox.state(), inbox.prune()),
                        List.of(deliveries.blocked(), deliveries.park(), deliveries.lockLast(), deliveries.claimable()),
                        List.of(deliveries.claim(), deliveries.read(), deliveries.renew(), deliveries.unclaim()),
                        List.of(deliveries.lock(), deliveries.promoteNext(), deliveries.delete()),
                        List.of(deliveries.reschedule(), deliveries.copyToDead(), deliveries.nextDue()),
                        List.of(inspection.nextDestination(), inspection.nextKey(), inspection.firstOfKey()),
                        List.of(
                                inspection.countOfKey(),
                                inspection.nextKeyOfConsumer(),
                                inspection.countOfConsumersKey()))
                .flatMap(List::stream);
    }

    @Test
    void g12_whatIsRepeatedFindsItsRowsByAnIndex() throws SQLException {
        database.outbox();
        try (Connection connection = database.dataSource().getConnection()) {
            for (String sql : repeated().toList()) {
                assertThat(plan(connection, sql))
                        .as(sql)
                        .noneMatch(step -> step.startsWith("SCAN ")
                                && !step.matches("SCAN (JSON_EACH.*|CONSTANT ROW|\\(subquery-\\d+\\))"));
            }
        }
    }

    @Test
    void g12_whatIsNextIsReadInTheOrderOfAnIndex() throws SQLException {
        database.outbox();
        try (Connection connection = database.dataSource().getConnection()) {
            SqliteParkedSql parked = new SqliteParkedSql();
            SqliteDeliverySql deliveries = new SqliteDeliverySql();
            for (String sql : List.of(
                    parked.dueHeads(),
                    parked.nextDue(),
                    parked.followers(),
                    deliveries.claimable(),
                    deliveries.nextDue())) {
                assertThat(plan(connection, sql)).as(sql).noneMatch(step -> step.contains("TEMP B-TREE FOR ORDER BY"));
            }
        }
    }
}
