package dev.outbox.jdbc;

/** Everything that can be done to the tables of one database, with its statements ready. Thread-safe. */
final class Tables {
    private final Dialect dialect;
    private final HotRows hot;
    private final Leases leases;
    private final ParkedRows parked;
    private final DueRows due;
    private final DeadRows dead;
    private final InboxRows inbox;
    private final DeliveryRows deliveries;
    private final InspectedRows inspected;

    Tables(Dialect dialect, Names names) {
        dialect.check(names);
        this.dialect = dialect;
        this.hot = dialect.hotRows(names);
        this.leases = new Leases(dialect.leases(), names);
        this.parked = new ParkedRows(dialect.parked(), names);
        this.due = new DueRows(dialect.parked(), names);
        this.dead = new DeadRows(dialect.deadLetters(), names);
        this.inbox = new InboxRows(dialect.inbox(), names);
        this.deliveries = new DeliveryRows(dialect.deliveries(), names);
        this.inspected = new InspectedRows(dialect.inspection(), names);
    }

    Dialect dialect() {
        return dialect;
    }

    HotRows hot() {
        return hot;
    }

    Leases leases() {
        return leases;
    }

    ParkedRows parked() {
        return parked;
    }

    DueRows due() {
        return due;
    }

    DeadRows dead() {
        return dead;
    }

    InboxRows inbox() {
        return inbox;
    }

    DeliveryRows deliveries() {
        return deliveries;
    }

    InspectedRows inspected() {
        return inspected;
    }
}
