package dev.outbox.jdbc;

import dev.outbox.spi.Change.Bury;
import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import dev.outbox.spi.DeliveryStore.ConsumerKey;
import dev.outbox.spi.KeyRef;
import dev.outbox.spi.Slot;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code outbox_dead_letter}. */
final class DeadRows {
    private final DeadLetterSql sql;
    private final List<String> buryHot;
    private final List<String> buryParked;
    private final String list;
    private final String count;
    private final String lock;
    private final String copyToOutbox;
    private final List<String> copyToInbox;
    private final String forgetHandled;
    private final String delete;

    DeadRows(DeadLetterSql sql, Names names) {
        this.sql = sql;
        buryHot = names.resolveAll(sql.buryHot());
        buryParked = names.resolveAll(sql.buryParked());
        list = names.resolve(sql.list());
        count = names.resolve(sql.count());
        lock = names.resolve(sql.lock());
        copyToOutbox = names.resolve(sql.copyToOutbox());
        copyToInbox = names.resolveAll(sql.copyToInbox());
        forgetHandled = names.resolve(sql.forgetHandled());
        delete = names.resolve(sql.delete());
    }

    /** What is locked of a dead letter. */
    private record Locked(
            long number,
            String consumer,
            String destination,
            @Nullable String key,
            String id) {
        static Locked read(ResultSet row) throws SQLException {
            return new Locked(row.getLong(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5));
        }

        int slot() {
            return Slot.of(key == null ? id : key);
        }

        boolean ofRelay() {
            return consumer.isEmpty();
        }
    }

    /** A row stands in one of the two tables; the other statement finds nothing. */
    void bury(Session session, List<Bury> changes) throws SQLException {
        Columns<Bury> columns = Columns.of(changes)
                .texts(change -> change.reason().name())
                .integers(Bury::attempts)
                .texts(Bury::error)
                .integers(change -> change.row().slot())
                .longs(change -> change.row().position())
                .texts(change -> change.row().id());
        session.updateAllBy(buryHot, columns);
        session.updateAllBy(buryParked, columns);
    }

    List<DeadLetter> list(Session session, DeadLetterQuery query) throws SQLException {
        return run(session, list, query, DeadRows::deadLetter, parameters(query));
    }

    long count(Session session, DeadLetterQuery query) throws SQLException {
        @Nullable Object[] parameters = parameters(query);
        return run(session, count, query, row -> row.getLong(1), Arrays.copyOf(parameters, parameters.length - 1))
                .get(0);
    }

    private <R> List<R> run(
            Session session,
            String statement,
            DeadLetterQuery query,
            Session.RowReader<R> reader,
            @Nullable Object... parameters)
            throws SQLException {
        try {
            return session.query(sql.planned(statement, query), reader, parameters);
        } catch (SQLException failed) {
            if (!sql.isUnplanned(failed)) {
                throw failed;
            }
            return session.query(statement, reader, parameters);
        }
    }

    /** Called in a transaction. Whoever locks a dead letter first takes it (G9). */
    int redrive(Session session, DeliveryRows deliveries, DeadLetterQuery query) throws SQLException {
        List<Locked> chosen = run(session, lock, query, Locked::read, parameters(query));
        List<Locked> ofRelay = chosen.stream().filter(Locked::ofRelay).toList();
        List<Locked> ofConsumers =
                chosen.stream().filter(letter -> !letter.ofRelay()).toList();
        session.updateAll(
                copyToOutbox, Columns.of(ofRelay).integers(Locked::slot).longs(Locked::number));
        deliveries.lockLastOf(
                session,
                ofConsumers.stream()
                        .filter(letter -> letter.key() != null)
                        .map(letter -> new ConsumerKey(
                                letter.consumer(),
                                new KeyRef(letter.destination(), Objects.requireNonNull(letter.key()))))
                        .toList());
        session.updateAllBy(copyToInbox, numbers(ofConsumers));
        session.updateAll(forgetHandled, numbers(ofConsumers));
        session.updateAll(delete, numbers(chosen));
        return chosen.size();
    }

    /** Called in a transaction. */
    int discard(Session session, DeadLetterQuery query) throws SQLException {
        List<Locked> chosen = run(session, lock, query, Locked::read, parameters(query));
        session.updateAll(delete, numbers(chosen));
        return chosen.size();
    }

    private static Columns<Locked> numbers(List<Locked> letters) {
        return Columns.of(letters).longs(Locked::number);
    }

    private static @Nullable Object[] parameters(DeadLetterQuery query) {
        return new @Nullable Object[] {
            query.numberAbove(),
            query.number().orElse(null),
            query.messageId().orElse(null),
            query.destination().orElse(null),
            query.key().orElse(null),
            query.type().orElse(null),
            query.consumer().orElse(null),
            query.olderThan().map(ParkedRows::micros).orElse(null),
            query.limit()
        };
    }

    private static DeadLetter deadLetter(ResultSet row) throws SQLException {
        String consumer = row.getString(2);
        return new DeadLetter(
                row.getLong(1),
                consumer.isEmpty() ? Optional.empty() : Optional.of(consumer),
                MessageRow.message(row, 7),
                Altered.deadReason(row.getString(3)),
                row.getInt(4),
                row.getString(5),
                MessageRow.createdAt(row, 7),
                Instant.EPOCH.plus(row.getLong(6), ChronoUnit.MICROS));
    }
}
