package dev.outbox.tool;

import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class H2ToolTest extends ToolBehaviour {
    /** Keeps the database open between the application's connections. */
    private java.sql.Connection open;

    @BeforeEach
    void open() throws java.sql.SQLException {
        open = dataSource().getConnection();
    }

    @AfterEach
    void close() throws java.sql.SQLException {
        open.close();
    }

    @Override
    String url() {
        return "jdbc:h2:file:" + directory.resolve("shop");
    }

    @Override
    String user() {
        return "sa";
    }

    @Override
    String password() {
        return "pass word";
    }

    @Override
    DataSource dataSource() {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL(url());
        dataSource.setUser(user());
        dataSource.setPassword(password());
        return dataSource;
    }
}
