package dev.outbox.monitoring;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One attribute of a bean.
 *
 * @param name its name
 * @param type the class of its values
 * @param description what it says
 * @param value reads it from a look at what the bean shows
 * @param <S> what such a look is
 */
record Figure<S>(String name, Class<?> type, String description, Function<S, @Nullable Object> value) {}
