package dev.outbox;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Name and value pairs of a message, in the order in which they were added. Immutable.
 *
 * <p>A name is 1 to {@value #MAX_NAME_LENGTH} characters of {@code A-Z a-z 0-9 . _ -}. A value is well-formed Unicode without control characters, so
 * that it fits into the headers of every broker, into a log line and into a text column unchanged. {@code ce_}, {@code ce-}, {@code cloudEvents_}
 * and {@code outbox-} are reserved prefixes.
 */
public final class Headers {
    /** The longest name, in characters. */
    public static final int MAX_NAME_LENGTH = 128;

    private static final Headers NONE = new Headers(Map.of());

    private final Map<String, String> values;

    private Headers(Map<String, String> values) {
        this.values = values;
    }

    /** No headers. */
    public static Headers none() {
        return NONE;
    }

    /**
     * The headers of {@code values} in its iteration order.
     *
     * @throws IllegalArgumentException if a name or a value breaks the rules of this class
     */
    public static Headers of(Map<String, String> values) {
        if (values.isEmpty()) {
            return NONE;
        }
        Map<String, String> checked = new LinkedHashMap<>();
        values.forEach((name, value) -> checked.put(checkName(name), checkValue(name, value)));
        return new Headers(Collections.unmodifiableMap(checked));
    }

    /**
     * These headers and one more, which replaces one of the same name.
     *
     * @throws IllegalArgumentException if the name or the value breaks the rules of this class
     */
    public Headers with(String name, String value) {
        Map<String, String> extended = new LinkedHashMap<>(values);
        extended.put(checkName(name), checkValue(name, value));
        return new Headers(Collections.unmodifiableMap(extended));
    }

    /** The value of {@code name}, exact in case. */
    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** All pairs, unmodifiable, in order. */
    public Map<String, String> asMap() {
        return values;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    private static String checkName(String name) {
        Objects.requireNonNull(name, "header name");
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH || !name.chars().allMatch(Headers::isNameCharacter)) {
            throw new IllegalArgumentException("header name " + Text.quoted(name) + " must be 1 to " + MAX_NAME_LENGTH
                    + " characters of A-Z a-z 0-9 . _ -");
        }
        if (isReserved(name)) {
            throw new IllegalArgumentException("header name " + Text.quoted(name)
                    + " begins with a reserved prefix (ce_, ce-, cloudEvents_ or outbox-); choose another name");
        }
        return name;
    }

    /** Whether {@code name} begins with a reserved prefix. */
    public static boolean isReserved(String name) {
        return name.startsWith("ce_")
                || name.startsWith("ce-")
                || name.startsWith("cloudEvents_")
                || name.startsWith("outbox-");
    }

    private static boolean isNameCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }

    private static String checkValue(String name, String value) {
        Objects.requireNonNull(value, () -> "value of header " + name);
        return Text.requirePlain("value of header " + Text.quoted(name), value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** The names only: values must not end up in a log. */
    @Override
    public String toString() {
        return values.keySet().toString();
    }
}
