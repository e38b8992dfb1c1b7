package dev.outbox.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection as handlers and transactional work see it: they cannot end the transaction, because a commit in the middle would separate the inbox row from the
 * effects. Savepoints are theirs.
 */
final class OwnedConnection implements InvocationHandler {
    private static final Set<String> ENDS_TRANSACTION =
            Set.of("commit", "setAutoCommit", "close", "abort", "setTransactionIsolation");

    private final Connection connection;
    private final Hints hints;

    private OwnedConnection(Connection connection, Hints hints) {
        this.connection = connection;
        this.hints = hints;
    }

    /** @param hints who is told when the transaction is committed */
    static Connection of(Connection connection, Hints hints) {
        return (Connection) Proxy.newProxyInstance(
                OwnedConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new OwnedConnection(connection, hints));
    }

    /** Whether {@code hints} will be told when the transaction of {@code connection} is committed. */
    static boolean tells(Connection connection, Hints hints) {
        return Proxy.isProxyClass(connection.getClass())
                && Proxy.getInvocationHandler(connection) instanceof OwnedConnection owned
                && owned.hints == hints;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        boolean rollsBackAll = method.getName().equals("rollback") && method.getParameterCount() == 0;
        if (rollsBackAll || ENDS_TRANSACTION.contains(method.getName())) {
            throw new IllegalStateException(
                    method.getName() + "() is not for the work inside: the transaction is committed when it returns and"
                            + " rolled back when it throws");
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause() == null ? thrown : thrown.getCause();
        }
    }
}
