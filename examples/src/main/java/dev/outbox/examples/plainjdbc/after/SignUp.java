package dev.outbox.examples.plainjdbc.after;

import dev.outbox.Message;
import dev.outbox.examples.plainjdbc.MailServer;
import dev.outbox.inprocess.InProcessTransport;
import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.relay.Relay;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Stores who has signed up, and welcomes them by mail. */
public final class SignUp implements AutoCloseable {
    private final DataSource dataSource;
    private final MailServer mail;
    private final JdbcOutbox outbox;
    private final InProcessTransport mails;
    private final Relay relay;

    /** Signs up to the database of {@code dataSource}. */
    public SignUp(DataSource dataSource, MailServer mail) {
        this.dataSource = dataSource;
        this.mail = mail;
        this.outbox = JdbcOutbox.on(dataSource);
        outbox.schema().apply();
        this.mails = InProcessTransport.over(outbox.deliveries())
                .subscribe(
                        "mail",
                        "welcome",
                        delivery -> welcome(delivery.message().payload().toUtf8String()))
                .start();
        this.relay = Relay.from(outbox.store()).to(mails).start();
    }

    /** Signs one person up. */
    public void signUp(String address) throws SQLException {
        try (Connection tx = dataSource.getConnection()) {
            tx.setAutoCommit(false);
            insert(tx, address);
            outbox.publish(tx, Message.to("mail").key(address).type("SignedUp").text(address));
            tx.commit();
        }
        outbox.committed();
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

    @Override
    public void close() {
        relay.close();
        mails.close();
    }
}
