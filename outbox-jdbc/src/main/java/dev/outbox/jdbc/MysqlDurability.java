package dev.outbox.jdbc;

import dev.outbox.spi.StoreException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Settings of a MySQL or MariaDB server that forget what was committed, or that this library cannot work with. */
final class MysqlDurability {
    private static final String SETTINGS = """
            SHOW GLOBAL VARIABLES
            WHERE variable_name IN (
                'innodb_flush_log_at_trx_commit', 'sync_binlog', 'log_bin', 'innodb_doublewrite', 'binlog_format', 'wsrep_on',
                'group_replication_single_primary_mode', 'group_replication_group_name', 'read_only', 'innodb_read_only')
            """;

    private final MysqlFlavor flavor;

    MysqlDurability(MysqlFlavor flavor) {
        this.flavor = flavor;
    }

    List<String> warnings(Session session) throws SQLException {
        Map<String, String> settings = new HashMap<>();
        session.query(
                SETTINGS,
                row -> settings.put(row.getString(1).toLowerCase(Locale.ROOT), String.valueOf(row.getString(2))));
        refuse(settings);
        List<String> warnings = new ArrayList<>();
        String flush = settings.getOrDefault("innodb_flush_log_at_trx_commit", "1");
        if (!flush.equals("1") && !flush.equals("3")) {
            warnings.add(
                    flavor.folder() + " forgets up to a second of acknowledged commits when it or its machine crashes"
                            + " (innodb_flush_log_at_trx_commit=" + flush + "). Set it to 1.");
        }
        if (isOn(settings, "log_bin")
                && !settings.getOrDefault("sync_binlog", "1").equals("1")) {
            warnings.add("The binary log is not written to disk with each commit (sync_binlog="
                    + settings.get("sync_binlog") + "): after a crash replicas may have lost, or never seen, what was"
                    + " committed. Set it to 1.");
        }
        if (settings.containsKey("innodb_doublewrite")
                && settings.get("innodb_doublewrite").equals("OFF")) {
            warnings.add(
                    "InnoDB runs with innodb_doublewrite=OFF: a crash of the machine can destroy pages. Set it to ON.");
        }
        if (isOn(settings, "wsrep_on")) {
            warnings.add(
                    "This is a Galera cluster (wsrep_on): positions do not follow the order of the commits of several"
                            + " nodes. Give publishers and relays a data source that leads to one node alone; durability is that of"
                            + " the cluster.");
        }
        if (!settings.getOrDefault("group_replication_group_name", "").isEmpty()
                && settings.getOrDefault("group_replication_single_primary_mode", "ON")
                        .equals("OFF")) {
            warnings.add(
                    "This is a group with several primaries: positions do not follow the order of the commits of several"
                            + " of them. Set group_replication_single_primary_mode=ON.");
        }
        return warnings;
    }

    private void refuse(Map<String, String> settings) {
        if (isOn(settings, "read_only") || isOn(settings, "innodb_read_only")) {
            throw new StoreException(
                    "the database is read-only, as replicas are (read_only). Give the relay a data source that"
                            + " leads to the primary server");
        }
        if (isOn(settings, "log_bin")
                && settings.getOrDefault("binlog_format", "ROW").equals("STATEMENT")) {
            throw new StoreException(
                    "the server writes its binary log with binlog_format=STATEMENT, which InnoDB refuses at READ"
                            + " COMMITTED. Set it to ROW or MIXED");
        }
    }

    private static boolean isOn(Map<String, String> settings, String name) {
        String value = settings.getOrDefault(name, "OFF");
        return value.equals("ON") || value.equals("1");
    }
}
