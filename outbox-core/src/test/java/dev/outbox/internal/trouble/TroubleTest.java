package dev.outbox.internal.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

class TroubleTest {
    private final List<String> lines = new ArrayList<>();
    private final Trouble trouble = new Trouble(logger(), "the source");

    @Test
    void itIsToldOnceUntilItChanges() {
        trouble.is("no broker answers", "(the first time)");
        trouble.is("no broker answers", "(once more)");
        trouble.is("no topic");
        assertThat(lines)
                .containsExactly("warn the source: no broker answers (the first time)", "warn the source: no topic ");
        assertThat(trouble.current()).contains("no topic");
    }

    @Test
    void itsEndIsToldOnceAndOnlyIfItWasThere() {
        trouble.isOver();
        trouble.is("no broker answers");
        trouble.isOver();
        trouble.isOver();
        trouble.is("no broker answers");
        assertThat(lines)
                .containsExactly(
                        "warn the source: no broker answers ",
                        "info the source: it is over that no broker answers",
                        "warn the source: no broker answers ");
        trouble.isOver();
        assertThat(trouble.current()).isEmpty();
    }

    private Logger logger() {
        return (Logger) Proxy.newProxyInstance(
                Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                    lines.add(line(method, arguments));
                    return null;
                });
    }

    private static String line(Method method, Object[] arguments) {
        Object[] values =
                arguments[1] instanceof Object[] several ? several : new Object[] {arguments[1], arguments[2]};
        return method.getName() + " "
                + MessageFormatter.arrayFormat((String) arguments[0], values).getMessage();
    }
}
