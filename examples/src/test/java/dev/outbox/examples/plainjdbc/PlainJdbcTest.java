package dev.outbox.examples.plainjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outbox.examples.plainjdbc.MailServer.MailException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlainJdbcTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/outbox/examples/plainjdbc");

    private final DataSource dataSource =
            JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
    private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final MailServer mail = (address, text) -> {
        if (failures.getAndDecrement() > 0) {
            throw new MailException("down");
        }
        sent.add(text + " " + address);
    };

    @BeforeEach
    void createTable() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE member (address VARCHAR(200) PRIMARY KEY)");
        }
    }

    @Test
    void beforeTheOutboxAMailIsLostWhenTheServerIsDown() throws SQLException {
        failures.set(1);
        var application = new dev.outbox.examples.plainjdbc.before.SignUp(dataSource, mail);

        assertThatThrownBy(() -> application.signUp("ada@example.com")).isInstanceOf(MailException.class);

        assertThat(members()).isEqualTo(1);
        assertThat(sent).isEmpty();
    }

    @Test
    void withTheOutboxTheMailIsSentWhenTheServerIsBack() throws Exception {
        failures.set(1);
        try (var application = new dev.outbox.examples.plainjdbc.after.SignUp(dataSource, mail)) {
            application.signUp("ada@example.com");

            assertThat(sent.poll(30, TimeUnit.SECONDS)).isEqualTo("Welcome! ada@example.com");
        }
        assertThat(members()).isEqualTo(1);
    }

    @Test
    void withTheOutboxNobodyIsWelcomedWhoIsNotStored() throws Exception {
        try (var application = new dev.outbox.examples.plainjdbc.after.SignUp(dataSource, mail)) {
            application.signUp("ada@example.com");
            assertThatThrownBy(() -> application.signUp("ada@example.com")).isInstanceOf(SQLException.class);
            application.signUp("bea@example.com");

            assertThat(sent.poll(30, TimeUnit.SECONDS)).isNotNull();
            assertThat(sent.poll(30, TimeUnit.SECONDS)).isNotNull();
        }
        assertThat(sent).isEmpty();
    }

    @Test
    void theReadmeShowsTheDifferenceAsItIs() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        Matcher diff = Pattern.compile("```diff\n(.*?)```", Pattern.DOTALL).matcher(readme);
        assertThat(diff.find()).isTrue();
        StringBuilder before = new StringBuilder();
        StringBuilder after = new StringBuilder();
        diff.group(1).lines().skip(2).filter(line -> !line.startsWith("@@")).forEach(line -> {
            String text = line.substring(1) + "\n";
            before.append(line.startsWith("+") ? "" : text);
            after.append(line.startsWith("-") ? "" : text);
        });

        assertThat(before).hasToString(Files.readString(SOURCES.resolve("before/SignUp.java")));
        assertThat(after).hasToString(Files.readString(SOURCES.resolve("after/SignUp.java")));
    }

    private long members() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM member")) {
            count.next();
            return count.getLong(1);
        }
    }
}
