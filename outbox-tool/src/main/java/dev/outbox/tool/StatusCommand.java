package dev.outbox.tool;

import dev.outbox.jdbc.BlockedKey;
import dev.outbox.jdbc.Census;
import dev.outbox.jdbc.Inspection;
import dev.outbox.jdbc.Schema;
import dev.outbox.spi.LeaseTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code outbox status}. */
@Command(
        header = "Shows how much is pending, parked and dead, who relays, and which keys are blocked.",
        description = {
            "",
            "pending: published and not yet sent. If its age grows, no relay runs or it does not keep up.",
            "parked: waits for a retry (RETRY, SUSPECT), behind such a message of its key (BEHIND), or for its time (SCHEDULED).",
            "waiting: deliveries that wait for a consumer's next attempt, by consumer.",
            "dead letters: given up; see `dead-letters`."
        })
final class StatusCommand implements Callable<Integer> {
    private static final long BOUND = 100_000;

    private final Access access;
    private final Output output;

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many blocked keys to show, up to 1000: ${DEFAULT-VALUE} unless given.")
    private int keys;

    StatusCommand(Access access, Output output) {
        this.access = access;
        this.output = output;
    }

    @Override
    public Integer call() {
        if (keys < 0 || keys > Inspection.MAX_KEYS) {
            throw new UsageException("--keys " + keys + " must be 0 to " + Inspection.MAX_KEYS);
        }
        Inspection inspection = access.outbox().inspection();
        Census census = inspection.census(BOUND);
        List<Relay> relays = relays(inspection.leases());
        List<BlockedKey> blocked = keys == 0 ? List.of() : inspection.blockedKeys(keys);
        if (output.isJson()) {
            json(census, relays, blocked);
        } else {
            show(census, relays, blocked);
        }
        return ExitCode.DONE;
    }

    private record Relay(String name, boolean alive, long slots) {}

    private static List<Relay> relays(LeaseTable table) {
        Map<String, Long> slots = new TreeMap<>(table.leases().stream()
                .filter(lease -> lease.owner() != null && !lease.expired())
                .collect(Collectors.groupingBy(lease -> String.valueOf(lease.owner()), Collectors.counting())));
        List<Relay> relays = new ArrayList<>();
        for (LeaseTable.Instance instance : table.instances()) {
            Long owned = slots.remove(instance.name());
            relays.add(new Relay(instance.name(), instance.alive(), owned == null ? 0 : owned));
        }
        slots.forEach((name, owned) -> relays.add(new Relay(name, false, owned)));
        return relays;
    }

    private void show(Census census, List<Relay> relays, List<BlockedKey> blocked) {
        output.line("%s, tables of version %d (newest %d)", access.place(), version(), Schema.NEWEST);
        output.line("");
        output.table(List.of(
                List.of(
                        "pending",
                        Output.count(census.pending(), census.bound()),
                        census.oldestPending()
                                .map(age -> "oldest " + Durations.show(age))
                                .orElse("")),
                List.of("parked", total(census.parked(), census.bound()), reasons(census.parked())),
                List.of("waiting", total(census.waiting(), census.bound()), reasons(census.waiting())),
                List.of("dead letters", total(census.dead(), census.bound()), reasons(census.dead()))));
        output.line("");
        show(relays);
        if (!blocked.isEmpty()) {
            output.line("");
            BlockedKeysCommand.show(output, blocked, keys);
        }
    }

    private void show(List<Relay> relays) {
        long owned = relays.stream().mapToLong(Relay::slots).sum();
        output.line("relays: %d of 64 slots have an owner%s", owned, owned == 0 ? "; nothing is sent" : "");
        for (Relay relay : relays) {
            output.line(
                    "  %s: %s, %d slots",
                    Output.oneLine(relay.name()),
                    relay.alive() ? "alive" : "not heard of for longer than its lease",
                    relay.slots());
        }
    }

    private int version() {
        return access.outbox().schema().version();
    }

    private static String total(Map<?, Long> counts, long bound) {
        return Output.count(counts.values().stream().mapToLong(count -> count).sum(), bound);
    }

    private static String reasons(Map<?, Long> counts) {
        return sorted(counts).entrySet().stream()
                .map(entry -> String.format(java.util.Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static Map<String, Long> sorted(Map<?, Long> counts) {
        Map<String, Long> sorted = new TreeMap<>();
        counts.forEach((reason, count) -> sorted.put(String.valueOf(reason), count));
        return sorted;
    }

    private void json(Census census, List<Relay> relays, List<BlockedKey> blocked) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("database", access.place());
        status.put("schemaVersion", version());
        status.put("newestSchemaVersion", Schema.NEWEST);
        status.put("countedUpTo", census.bound());
        status.put("pending", census.pending());
        census.oldestPending().ifPresent(age -> status.put("oldestPendingSeconds", Durations.seconds(age)));
        status.put("parked", sorted(census.parked()));
        status.put("waiting", sorted(census.waiting()));
        status.put("deadLetters", sorted(census.dead()));
        status.put("ownedSlots", relays.stream().mapToLong(Relay::slots).sum());
        status.put(
                "relays",
                relays.stream()
                        .map(relay -> Map.of("name", relay.name(), "alive", relay.alive(), "slots", relay.slots()))
                        .toList());
        status.put("blockedKeys", blocked.stream().map(BlockedKeysCommand::json).toList());
        output.json(status);
    }
}
