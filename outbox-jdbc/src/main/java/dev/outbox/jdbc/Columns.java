package dev.outbox.jdbc;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a statement that is run for many rows, a column for each parameter. How they reach the database is up to the {@link Dialect}: as one
 * array a column, or as a batch.
 *
 * @param <T> what the rows are made of
 */
final class Columns<T> {
    /** What a column holds. */
    enum Type {
        INTEGER,
        BIGINT,
        TEXT,
        BYTES,
        TIME
    }

    private final List<T> rows;
    private final List<Type> types = new ArrayList<>(12);
    private final List<@Nullable Object[]> values = new ArrayList<>(12);

    private Columns(List<T> rows) {
        this.rows = rows;
    }

    static <T> Columns<T> of(List<T> rows) {
        return new Columns<>(rows);
    }

    Columns<T> integers(ToIntFunction<T> value) {
        return add(Type.INTEGER, new Integer[rows.size()], value::applyAsInt);
    }

    Columns<T> longs(ToLongFunction<T> value) {
        return add(Type.BIGINT, new Long[rows.size()], value::applyAsLong);
    }

    Columns<T> texts(Function<T, @Nullable String> value) {
        return add(Type.TEXT, new String[rows.size()], value);
    }

    Columns<T> bytes(Function<T, byte[]> value) {
        return add(Type.BYTES, new byte[rows.size()][], value);
    }

    Columns<T> times(Function<T, @Nullable Instant> value) {
        return add(Type.TIME, new Instant[rows.size()], value);
    }

    private Columns<T> add(Type type, @Nullable Object[] column, Function<T, ? extends @Nullable Object> value) {
        for (int i = 0; i < column.length; i++) {
            column[i] = value.apply(rows.get(i));
        }
        types.add(type);
        values.add(column);
        return this;
    }

    /** How many rows. */
    int rows() {
        return rows.size();
    }

    /** How many columns. */
    int width() {
        return types.size();
    }

    Type type(int column) {
        return types.get(column);
    }

    /** All values of a column; not to be changed. */
    @Nullable
    Object[] column(int column) {
        return values.get(column);
    }

    @Nullable
    Object value(int column, int row) {
        return values.get(column)[row];
    }
}
