package dev.outbox.monitoring;

import java.util.List;
import java.util.function.Supplier;

/**
 * What a bean shows.
 *
 * @param description what it is about
 * @param look takes one look, from which all attributes of a request are read
 * @param all the attributes
 * @param <S> what a look is
 */
record Figures<S>(String description, Supplier<S> look, List<Figure<S>> all) {}
