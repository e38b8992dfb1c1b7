package dev.outbox.faults.crash;

import dev.outbox.Message;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** What was published, what came of it, and what was mended, in tables beside those of the outbox; and the check of all that. No constraint keeps a mistake out. */
final class Ledger {
    private static final String[] TABLES = {
        "CREATE TABLE IF NOT EXISTS published (id VARCHAR(100), message_key VARCHAR(20), sequence BIGINT)",
        "CREATE TABLE IF NOT EXISTS effect (id VARCHAR(100), message_key VARCHAR(20), sequence BIGINT)",
        "CREATE TABLE IF NOT EXISTS mended (id VARCHAR(100))",
        "CREATE TABLE IF NOT EXISTS violation (text VARCHAR(500))"
    };

    private final DataSource pool;

    Ledger(DataSource pool) throws SQLException {
        this.pool = pool;
        for (String table : TABLES) {
            execute(table);
        }
    }

    long count(String from) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return number(connection, "SELECT COUNT(*) FROM " + from);
        }
    }

    private static long number(Connection connection, String query, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The number of the key's next message. */
    long next(Connection tx, String key) throws SQLException {
        return number(tx, "SELECT COUNT(*) FROM published WHERE message_key = ?", key);
    }

    void published(Connection tx, Message message, long sequence) throws SQLException {
        insert(tx, "published", message.id(), message.key().orElse(""), sequence);
    }

    /** An effect, in the inbox's transaction; each key's are to come in order where that is promised. */
    void effect(Connection tx, Message message) throws SQLException {
        String key = message.key().orElse("");
        long sequence = Long.parseLong(message.headers().get("sequence").orElseThrow());
        long before = number(tx, "SELECT COUNT(*) FROM effect WHERE message_key = ?", key);
        if (Kind.of(message).isOrdered() && before != sequence) {
            violation(tx, "effect " + sequence + " of key " + key + " came after " + before + " others");
        }
        insert(tx, "effect", message.id(), key, sequence);
    }

    private static void insert(Connection tx, String table, String id, String key, long sequence) throws SQLException {
        try (PreparedStatement row = tx.prepareStatement("INSERT INTO " + table + " VALUES (?, ?, ?)")) {
            row.setString(1, id);
            row.setString(2, key);
            row.setLong(3, sequence);
            row.executeUpdate();
        }
    }

    private static void violation(Connection tx, String text) throws SQLException {
        try (PreparedStatement row = tx.prepareStatement("INSERT INTO violation VALUES (?)")) {
            row.setString(1, text);
            row.executeUpdate();
        }
    }

    void mend(String id) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement row = connection.prepareStatement("INSERT INTO mended VALUES (?)")) {
            row.setString(1, id);
            row.executeUpdate();
        }
    }

    boolean isMended(String id) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return number(connection, "SELECT COUNT(*) FROM mended WHERE id = ?", id) > 0;
        }
    }

    boolean isComplete() throws SQLException {
        return count("published") == count("effect");
    }

    /** What is wrong, in words. */
    List<String> mistakes() throws SQLException {
        List<String> mistakes = new ArrayList<>();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            collect(statement, "SELECT text FROM violation", "", mistakes);
            collect(
                    statement,
                    "SELECT id FROM effect GROUP BY id HAVING COUNT(*) > 1",
                    "happened more than once: ",
                    mistakes);
            collect(
                    statement,
                    "SELECT id FROM published WHERE id NOT IN (SELECT id FROM effect)",
                    "was lost: ",
                    mistakes);
            collect(
                    statement,
                    "SELECT id FROM effect WHERE id NOT IN (SELECT id FROM published)",
                    "was never published: ",
                    mistakes);
        }
        return mistakes;
    }

    private static void collect(Statement statement, String query, String what, List<String> mistakes)
            throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                mistakes.add(what + rows.getString(1));
            }
        }
    }
}
