package dev.outbox.examples.plainjdbc.before;

import dev.outbox.examples.plainjdbc.MailServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Stores who has signed up, and welcomes them by mail. */
public final class SignUp {
    private final DataSource dataSource;
    private final MailServer mail;

    /** Signs up to the database of {@code dataSource}. */
    public SignUp(DataSource dataSource, MailServer mail) {
        this.dataSource = dataSource;
        this.mail = mail;
    }

    /** Signs one person up. */
    public void signUp(String address) throws SQLException {
        try (Connection tx = dataSource.getConnection()) {
            tx.setAutoCommit(false);
            insert(tx, address);
            tx.commit();
        }
        welcome(address);
    }

    private void welcome(String address) {
        mail.send(address, "Welcome!");
    }

    private static void insert(Connection tx, String address) throws SQLException {
        try (PreparedStatement statement = tx.prepareStatement("INSERT INTO member (address) VALUES (?)")) {
            statement.setString(1, address);
            statement.executeUpdate();
        }
    }
}
