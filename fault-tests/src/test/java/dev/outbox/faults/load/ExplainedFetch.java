package dev.outbox.faults.load;

import dev.outbox.jdbc.JdbcOutbox;
import dev.outbox.spi.Fetch;
import dev.outbox.testservers.Database;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * EXPLAIN (ANALYZE) of the very statements of a fetch, with their parameters: the server's auto_explain sends the plans along as warnings, which are collected when a
 * statement is closed.
 */
final class ExplainedFetch {
    private static final String[] SETTINGS = {
        "LOAD 'auto_explain'",
        "SET auto_explain.log_min_duration = 0",
        "SET auto_explain.log_analyze = on",
        "SET auto_explain.log_timing = off",
        "SET auto_explain.log_level = notice"
    };

    /** A scan of one of the tables, and what it left out. */
    private static final Pattern SCAN =
            Pattern.compile("(?:Scan|Scan Backward)[^\\n]* on outbox_(?:message|parked)[^\\n]*"
                    + "\\(actual rows=(\\d+) loops=(\\d+)\\)((?:\\n(?!\\s*->)[^\\n]*)*)");

    private static final Pattern REMOVED = Pattern.compile("Rows Removed by [A-Za-z ]+: (\\d+)");

    private final StringBuilder plans = new StringBuilder();

    private ExplainedFetch() {}

    /** How many rows and index entries the scans of a fetch passed by, to be returned or left out. */
    static long rowsRead(LoadDatabase database, Fetch fetch) {
        ExplainedFetch explained = new ExplainedFetch();
        Database server = database.server();
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password())) {
            try (Statement statement = connection.createStatement()) {
                for (String setting : SETTINGS) {
                    statement.execute(setting);
                }
            }
            JdbcOutbox.on(explained.dataSource(connection)).store().fetch(fetch);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot explain a fetch", e);
        }
        return explained.rows();
    }

    /** Rounded as the server rounds: to whole rows in each loop. */
    private long rows() {
        long rows = 0;
        Matcher scan = SCAN.matcher(plans);
        boolean found = false;
        while (scan.find()) {
            found = true;
            long inALoop = Long.parseLong(scan.group(1));
            Matcher removed = REMOVED.matcher(scan.group(3));
            while (removed.find()) {
                inALoop += Long.parseLong(removed.group(1));
            }
            rows += inALoop * Long.parseLong(scan.group(2));
        }
        if (!found) {
            throw new IllegalStateException("no plan was reported: " + plans);
        }
        return rows;
    }

    private DataSource dataSource(Connection only) {
        return proxy(DataSource.class, (self, method, arguments) -> proxy(Connection.class, connection(only)));
    }

    private InvocationHandler connection(Connection only) {
        return (self, method, arguments) -> {
            if (method.getName().equals("close")) {
                return null;
            }
            Object result = call(only, method, arguments);
            return result instanceof PreparedStatement statement
                    ? proxy(PreparedStatement.class, collecting(statement))
                    : result;
        };
    }

    private InvocationHandler collecting(PreparedStatement statement) {
        return (self, method, arguments) -> {
            if (method.getName().equals("close")) {
                for (SQLWarning each = statement.getWarnings(); each != null; each = each.getNextWarning()) {
                    plans.append(each.getMessage()).append('\n');
                }
            }
            return call(statement, method, arguments);
        };
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
