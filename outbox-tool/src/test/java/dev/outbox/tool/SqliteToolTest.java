package dev.outbox.tool;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.sqlite.SQLiteDataSource;

class SqliteToolTest extends ToolBehaviour {
    /** The tool works on a file that is there. */
    @BeforeEach
    void makeFile() throws SQLException {
        Connection connection = dataSource().getConnection();
        connection.createStatement().execute("PRAGMA user_version = 1");
        connection.close();
    }

    @Override
    String url() {
        return "jdbc:sqlite:" + directory.resolve("shop.db");
    }

    /** SQLite knows neither users nor passwords. */
    @Override
    String user() {
        return "somebody";
    }

    @Override
    String password() {
        return "whatever";
    }

    @Override
    DataSource dataSource() {
        SQLiteDataSource dataSource = new SQLiteDataSource();
        dataSource.setUrl(url());
        dataSource.setJournalMode("WAL");
        return dataSource;
    }
}
