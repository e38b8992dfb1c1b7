package dev.outbox.faults.crash;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The points at which this process may end without a word: before and after each call that takes a message one step further. Nothing of the product knows of them;
 * they stand in proxies around what it is given.
 */
final class CrashPoint {
    /** What a process ends with at a crash point. */
    static final int HALTED = 99;

    private static final String WANTED = System.getProperty("crash.point", "");
    private static final Set<String> REACHED = new LinkedHashSet<>();

    private CrashPoint() {}

    /** Names the step that a call does; empty for calls that do none. */
    interface Steps extends BiFunction<Method, Object[], Optional<String>> {}

    /** Something that may fail. */
    interface Action<T> {
        T run() throws Exception;
    }

    /** Does a step between its two points. */
    static <T> T step(String name, Action<T> action) throws Exception {
        reach(name + " (before)");
        T result = action.run();
        reach(name + " (after)");
        return result;
    }

    private static void reach(String point) {
        synchronized (REACHED) {
            REACHED.add(point);
            if (point.equals(WANTED)) {
                System.out.println("halts at " + point);
                System.out.flush();
                Runtime.getRuntime().halt(HALTED);
            }
        }
    }

    /** Tells the test which points there are. */
    static void list() {
        synchronized (REACHED) {
            REACHED.forEach(point -> System.out.println("reached " + point));
        }
    }

    /** {@code target} with points around the calls that are steps. */
    static <T> T around(Class<T> type, T target, Steps steps) {
        Object proxy = Proxy.newProxyInstance(
                CrashPoint.class.getClassLoader(), interfaces(type, target), (self, method, arguments) -> {
                    Action<Object> call = () -> call(target, method, arguments);
                    Optional<String> step = steps.apply(method, arguments);
                    return step.isEmpty() ? call.run() : step(step.get(), call);
                });
        return type.cast(proxy);
    }

    /** All of them: some abilities show in an interface of their own. */
    private static <T> Class<?>[] interfaces(Class<T> type, T target) {
        Set<Class<?>> all = new LinkedHashSet<>(Set.of(type));
        for (Class<?> one : target.getClass().getInterfaces()) {
            if (java.lang.reflect.Modifier.isPublic(one.getModifiers())) {
                all.add(one);
            }
        }
        return all.toArray(Class<?>[]::new);
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Exception {
        try {
            method.setAccessible(true);
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof Exception exception) {
                throw exception;
            }
            throw new IllegalStateException(thrown.getCause());
        }
    }
}
