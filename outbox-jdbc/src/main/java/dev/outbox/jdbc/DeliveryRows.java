package dev.outbox.jdbc;

import dev.outbox.spi.Backlog;
import dev.outbox.spi.DeadReason;
import dev.outbox.spi.DeliveryStore.Claimed;
import dev.outbox.spi.DeliveryStore.ConsumerKey;
import dev.outbox.spi.DeliveryStore.Delivery;
import dev.outbox.spi.KeyRef;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code inbox_parked}. A row that waits behind another has no time: it gets one when the row before it leaves. So that it cannot be put behind a row that is
 * leaving at the same moment, whoever appends to a key first locks its last row, and whoever takes a row away has it locked before it looks for the next.
 */
final class DeliveryRows {
    private static final Comparator<ConsumerKey> BY_NAME = Comparator.comparing(ConsumerKey::consumer)
            .thenComparing(key -> key.key().destination())
            .thenComparing(key -> key.key().key());

    private final String blocked;
    private final String park;
    private final List<String> parkBehind;
    private final String lockLast;
    private final String claimable;
    private final String claim;
    private final String read;
    private final String renew;
    private final String forget;
    private final String unclaim;
    private final String lock;
    private final String promoteNext;
    private final String delete;
    private final String reschedule;
    private final String copyToDead;
    private final String insertDead;
    private final String nextDue;
    private final String backlog;

    DeliveryRows(DeliverySql sql, Names names) {
        blocked = names.resolve(sql.blocked());
        park = names.resolve(sql.park());
        parkBehind = names.resolveAll(sql.parkBehind());
        lockLast = names.resolve(sql.lockLast());
        claimable = names.resolve(sql.claimable());
        claim = names.resolve(sql.claim());
        read = names.resolve(sql.read());
        renew = names.resolve(sql.renew());
        forget = names.resolve(sql.forget());
        unclaim = names.resolve(sql.unclaim());
        lock = names.resolve(sql.lock());
        promoteNext = names.resolve(sql.promoteNext());
        delete = names.resolve(sql.delete());
        reschedule = names.resolve(sql.reschedule());
        copyToDead = names.resolve(sql.copyToDead());
        insertDead = names.resolve(sql.insertDead());
        nextDue = names.resolve(sql.nextDue());
        backlog = names.resolve(sql.backlog());
    }

    /** A row that is locked in order to end it. */
    record Locked(
            long number,
            String consumer,
            String messageId,
            @Nullable String claimedBy) {}

    private record Candidate(long number, long availableMicros, boolean suspect) {
        static Candidate read(ResultSet row) throws SQLException {
            return new Candidate(row.getLong(1), row.getLong(2), row.getBoolean(3));
        }
    }

    Set<ConsumerKey> blocked(Session session, Collection<ConsumerKey> keys) throws SQLException {
        return new HashSet<>(session.queryAll(
                blocked,
                keys(keys),
                row -> new ConsumerKey(row.getString(1), new KeyRef(row.getString(2), row.getString(3)))));
    }

    void park(Session session, Delivery delivery, int attempts, Duration delay, String error) throws SQLException {
        session.updateAll(
                park,
                columns(List.of(delivery))
                        .integers(parked -> attempts)
                        .longs(parked -> ParkedRows.micros(delay))
                        .texts(parked -> error));
    }

    void parkBehind(Session session, List<Delivery> deliveries) throws SQLException {
        lockLastOf(
                session,
                deliveries.stream().flatMap(delivery -> key(delivery).stream()).toList());
        session.updateAllBy(parkBehind, columns(deliveries));
    }

    void lockLastOf(Session session, Collection<ConsumerKey> keys) throws SQLException {
        session.updateAll(lockLast, keys(keys));
    }

    List<Claimed> claimDue(
            Session session, String instance, Collection<String> consumers, int limit, Duration claimTime)
            throws SQLException {
        List<Candidate> candidates = session
                .queryAll(claimable, Columns.of(sorted(consumers)).texts(consumer -> consumer), Candidate::read, limit)
                .stream()
                .sorted(Comparator.comparingLong(Candidate::availableMicros).thenComparingLong(Candidate::number))
                .toList();
        List<Long> chosen = chosen(candidates, limit);
        session.updateAll(
                claim,
                Columns.of(chosen)
                        .texts(number -> instance)
                        .longs(number -> ParkedRows.micros(claimTime))
                        .longs(number -> number));
        List<Claimed> claimed =
                session.queryAll(read, Columns.of(chosen).longs(number -> number), DeliveryRows::claimed);
        return claimed.stream()
                .sorted(Comparator.comparingInt(row -> chosen.indexOf(row.number())))
                .toList();
    }

    /** A suspect goes alone, when it is its turn; else those that are not suspect. */
    private static List<Long> chosen(List<Candidate> candidates, int limit) {
        if (!candidates.isEmpty() && candidates.get(0).suspect()) {
            return List.of(candidates.get(0).number());
        }
        return candidates.stream()
                .filter(candidate -> !candidate.suspect())
                .limit(limit)
                .map(Candidate::number)
                .toList();
    }

    void renew(Session session, String instance, Collection<Long> numbers, Duration claimTime) throws SQLException {
        session.updateAll(
                renew,
                Columns.of(sorted(numbers))
                        .longs(number -> ParkedRows.micros(claimTime))
                        .longs(number -> number)
                        .texts(number -> instance));
    }

    void forget(Session session, String instance) throws SQLException {
        session.update(forget, instance);
    }

    void unclaim(Session session, String instance, Collection<Long> numbers) throws SQLException {
        session.updateAll(
                unclaim, Columns.of(sorted(numbers)).longs(number -> number).texts(number -> instance));
    }

    Optional<Locked> lock(Session session, long number) throws SQLException {
        return session
                .query(lock, row -> new Locked(number, row.getString(1), row.getString(2), row.getString(3)), number)
                .stream()
                .findFirst();
    }

    /** Takes a locked row away. */
    void remove(Session session, Locked row) throws SQLException {
        session.update(promoteNext, row.number());
        session.update(delete, row.number());
    }

    void reschedule(Session session, String instance, long number, int attempts, Duration delay, String error)
            throws SQLException {
        session.update(reschedule, attempts, ParkedRows.micros(delay), error, number, instance);
    }

    void copyToDead(Session session, Locked row, DeadReason reason, int attempts, String error) throws SQLException {
        session.update(copyToDead, reason.name(), attempts, error, row.number());
    }

    void insertDead(Session session, Delivery delivery, DeadReason reason, int attempts, String error)
            throws SQLException {
        session.updateAll(
                insertDead,
                columns(List.of(delivery))
                        .texts(dead -> reason.name())
                        .integers(dead -> attempts)
                        .texts(dead -> error));
    }

    long nextDueNanos(Session session, Collection<String> consumers) throws SQLException {
        return session
                .queryAll(
                        nextDue,
                        Columns.of(sorted(consumers)).texts(consumer -> consumer),
                        row -> Optional.ofNullable(MessageRow.longOrNull(row, 1)))
                .stream()
                .flatMap(Optional::stream)
                .mapToLong(micros -> TimeUnit.MICROSECONDS.toNanos(Math.max(0, micros)))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    Backlog backlog(Session session, String consumer, long bound) throws SQLException {
        return session.query(backlog, row -> new Backlog(row.getLong(1), row.getLong(2), bound), consumer, bound)
                .get(0);
    }

    private static Claimed claimed(ResultSet row) throws SQLException {
        MessageRow.Contents contents = MessageRow.contents(row, 7);
        Delivery delivery = new Delivery(row.getString(2), contents.message(), MessageRow.createdAt(row, 7));
        return new Claimed(
                row.getLong(1),
                delivery,
                Altered.attempts(row.getInt(3)),
                row.getBoolean(4),
                TimeUnit.MICROSECONDS.toNanos(Math.max(0, row.getLong(5))),
                Altered.delayNanos(row.getLong(6)),
                contents.flaw());
    }

    private static Optional<ConsumerKey> key(Delivery delivery) {
        return delivery.message()
                .key()
                .map(key -> new ConsumerKey(
                        delivery.consumer(), new KeyRef(delivery.message().destination(), key)));
    }

    /** Each once, and sorted: locks are then taken in one order by everybody. */
    private static Columns<ConsumerKey> keys(Collection<ConsumerKey> keys) {
        return Columns.of(keys.stream().distinct().sorted(BY_NAME).toList())
                .texts(ConsumerKey::consumer)
                .texts(key -> key.key().destination())
                .texts(key -> key.key().key());
    }

    private static Columns<Delivery> columns(List<Delivery> deliveries) {
        return Columns.of(deliveries)
                .texts(Delivery::consumer)
                .texts(delivery -> delivery.message().id())
                .texts(delivery -> delivery.message().destination())
                .texts(delivery -> MessageRow.key(delivery.message()))
                .texts(delivery -> delivery.message().type())
                .texts(delivery -> delivery.message().contentType())
                .texts(delivery -> HeaderText.of(delivery.message().headers()))
                .texts(delivery -> delivery.message().correlationId().orElse(null))
                .texts(delivery -> delivery.message().causationId().orElse(null))
                .times(delivery -> delivery.message().notBefore().orElse(null))
                .bytes(delivery -> delivery.message().payload().sharedBytes())
                .times(Delivery::createdAt);
    }

    private static <C extends Comparable<C>> List<C> sorted(Collection<C> values) {
        return values.stream().distinct().sorted().toList();
    }
}
