package dev.outbox.examples.orderpipeline.gateway;

import dev.outbox.examples.orderpipeline.gateway.LedgerEntry.Kind;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Takes and gives money, each once per idempotency key, in the ledger. A request without a key is carried out each time it comes, as with every real
 * gateway. Thread-safe.
 */
final class Accounts {
    private final Ledger ledger;
    private final Faults faults;
    private final Map<String, Slot> byKey = new HashMap<>();

    Accounts(Ledger ledger, Faults faults) {
        this.ledger = ledger;
        this.faults = faults;
        for (LedgerEntry entry : ledger.found()) {
            entry.keyIfAny().ifPresent(key -> byKey.put(key, new Slot(entry)));
        }
    }

    /** A key; its lock lets two requests with it come one after another, and leaves those with other keys alone. */
    private static final class Slot {
        private @Nullable LedgerEntry entry;

        Slot(@Nullable LedgerEntry entry) {
            this.entry = entry;
        }
    }

    /** A key was used for something else before. */
    static final class KeyReusedException extends Exception {
        private static final long serialVersionUID = 1L;

        KeyReusedException(String message) {
            super(message);
        }
    }

    /** Charges the card of {@code order}, unless it is declined or {@code key} was served before: then what was done then is the answer. */
    LedgerEntry charge(Optional<String> key, String order, long cents) throws IOException, KeyReusedException {
        return once(key, faults.declines(order) ? Kind.DECLINE : Kind.CHARGE, order, cents);
    }

    /** Gives {@code cents} back, unless {@code key} was served before. */
    LedgerEntry refund(Optional<String> key, String order, long cents) throws IOException, KeyReusedException {
        return once(key, Kind.REFUND, order, cents);
    }

    private LedgerEntry once(Optional<String> key, Kind kind, String order, long cents)
            throws IOException, KeyReusedException {
        if (key.isEmpty()) {
            return record(null, kind, order, cents);
        }
        Slot slot;
        synchronized (byKey) {
            slot = byKey.computeIfAbsent(key.get(), unknown -> new Slot(null));
        }
        synchronized (slot) {
            LedgerEntry entry = slot.entry != null ? slot.entry : record(key.get(), kind, order, cents);
            slot.entry = entry;
            if (entry.kind() != kind || !entry.order().equals(order) || entry.cents() != cents) {
                throw new KeyReusedException("the idempotency key was used for another request");
            }
            return entry;
        }
    }

    private LedgerEntry record(@Nullable String key, Kind kind, String order, long cents) throws IOException {
        LedgerEntry entry = new LedgerEntry(kind, "R-" + UUID.randomUUID(), key, order, cents);
        ledger.append(entry);
        return entry;
    }
}
