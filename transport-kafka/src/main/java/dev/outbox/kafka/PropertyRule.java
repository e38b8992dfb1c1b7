package dev.outbox.kafka;

import java.util.Map;
import java.util.function.Predicate;

/** What a property of Kafka's client has to be, because a guarantee rests on it. */
record PropertyRule(String property, Predicate<Object> allowed, String why) {
    /** A property that is decided here. */
    static PropertyRule notToBeSet(String property, String why) {
        return new PropertyRule(property, value -> false, "must not be set: " + why);
    }

    /** A property whose value, as text, has to be one that {@code allowed} takes. */
    static PropertyRule text(String property, Predicate<String> allowed, String why) {
        return new PropertyRule(property, value -> allowed.test(value.toString().strip()), why);
    }

    /** @throws IllegalArgumentException if the property is among {@code chosen} with another value; says which, why and what to do */
    void check(Map<String, Object> chosen) {
        Object value = chosen.get(property);
        if (value != null && !allowed.test(value)) {
            throw new IllegalArgumentException("property " + property + " " + why + "; it was '" + value + "'");
        }
    }
}
