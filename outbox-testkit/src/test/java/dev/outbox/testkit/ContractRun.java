package dev.outbox.testkit;

import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs a contract suite inside a test, to see that it can fail. */
final class ContractRun {
    private ContractRun() {}

    /** The names of the tests that fail, each run on an object of its own. */
    static Set<String> failures(Supplier<?> suite) {
        Set<String> failed = new TreeSet<>();
        for (Method test : methods(suite.get().getClass(), Test.class)) {
            Object instance = suite.get();
            if (!passes(instance, test)) {
                failed.add(test.getName());
            }
        }
        return failed;
    }

    private static boolean passes(Object instance, Method test) {
        boolean passed = invoke(instance, test);
        for (Method check : methods(instance.getClass(), AfterEach.class)) {
            passed &= invoke(instance, check);
        }
        return passed;
    }

    private static boolean invoke(Object instance, Method method) {
        try {
            method.setAccessible(true);
            method.invoke(instance);
            return true;
        } catch (InvocationTargetException e) {
            return false;
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Method> methods(Class<?> suite, Class<? extends Annotation> annotation) {
        return Arrays.stream(suite.getMethods())
                .filter(method -> method.isAnnotationPresent(annotation))
                .toList();
    }
}
