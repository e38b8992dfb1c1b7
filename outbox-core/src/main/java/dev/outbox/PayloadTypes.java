package dev.outbox;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The registry of logical type names and the classes they stand for in this application. Immutable. A name that is not registered is unknown: no class
 * is ever looked up by a name that a message brought.
 */
public final class PayloadTypes {
    private static final PayloadTypes NONE = new PayloadTypes(Map.of(), Map.of());

    private final Map<String, Class<?>> classes;
    private final Map<Class<?>, String> names;

    private PayloadTypes(Map<String, Class<?>> classes, Map<Class<?>, String> names) {
        this.classes = classes;
        this.names = names;
    }

    /** An empty registry. */
    public static PayloadTypes none() {
        return NONE;
    }

    /**
     * This registry and one more pair.
     *
     * @throws IllegalArgumentException if the name or the class is registered already
     */
    public PayloadTypes with(String name, Class<?> type) {
        Text.requireName("type name", name, MessageLimits.MAX_NAME_BYTES);
        Objects.requireNonNull(type, "type");
        if (classes.containsKey(name) || names.containsKey(type)) {
            throw new IllegalArgumentException("type name " + Text.quoted(name) + " or class " + type.getName()
                    + " is registered already; one name stands for one class");
        }
        Map<String, Class<?>> moreClasses = new HashMap<>(classes);
        Map<Class<?>, String> moreNames = new HashMap<>(names);
        moreClasses.put(name, type);
        moreNames.put(type, name);
        return new PayloadTypes(Map.copyOf(moreClasses), Map.copyOf(moreNames));
    }

    /** The class that {@code name} stands for. */
    public Optional<Class<?>> type(String name) {
        return Optional.ofNullable(classes.get(name));
    }

    /** The name of {@code type}. */
    public Optional<String> name(Class<?> type) {
        return Optional.ofNullable(names.get(type));
    }
}
