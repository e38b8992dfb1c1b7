package dev.outbox.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A caller's connection that allows what publishing may do, and counts the statements. */
final class CallerConnection {
    private static final Set<String> ALLOWED = Set.of(
            "getAutoCommit", "getMetaData", "prepareStatement", "createArrayOf", "unwrap", "isWrapperFor", "toString");
    private static final Set<String> EXECUTES = Set.of(
            "execute", "executeUpdate", "executeBatch", "executeQuery", "executeLargeUpdate", "executeLargeBatch");

    private final Connection real;
    private final List<String> executed = new ArrayList<>();

    CallerConnection(Connection real) {
        this.real = real;
    }

    /** The methods by which statements were sent. */
    List<String> executed() {
        return executed;
    }

    Connection guarded() {
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (!ALLOWED.contains(method.getName())) {
                        throw new AssertionError("called " + method.getName() + " on the caller's connection");
                    }
                    Object result = call(real, method, arguments);
                    return result instanceof PreparedStatement statement ? counting(statement) : result;
                });
    }

    private PreparedStatement counting(PreparedStatement statement) {
        return (PreparedStatement) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {PreparedStatement.class}, (proxy, method, arguments) -> {
                    if (EXECUTES.contains(method.getName())) {
                        executed.add(method.getName());
                    }
                    return call(statement, method, arguments);
                });
    }

    private static Object call(Object target, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
