package dev.outbox.tool;

import dev.outbox.jdbc.BlockedKey;
import dev.outbox.jdbc.Inspection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code outbox blocked-keys}. */
@Command(
        header = "Shows keys whose messages wait, the message that each waits for, and its last error.",
        description = {
            "",
            "Those of the relay come first, then those of consumers. The first message of a key is tried again by itself; when its attempts are used up, it becomes a dead letter and"
                    + " those behind it go on. RETRY: an attempt failed. SUSPECT: the process ended while it was sent. NEXT: it goes next."
        })
final class BlockedKeysCommand implements Callable<Integer> {
    private static final int ERROR_WIDTH = 200;

    private final Access access;
    private final Output output;

    @Option(names = "--destination", paramLabel = "NAME", description = "Of this destination; goes with --key.")
    private @Nullable String destination;

    @Option(names = "--key", paramLabel = "KEY", description = "This key alone; goes with --destination.")
    private @Nullable String key;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "At most so many, up to 1000: ${DEFAULT-VALUE} unless given.")
    private int limit;

    BlockedKeysCommand(Access access, Output output) {
        this.access = access;
        this.output = output;
    }

    @Override
    public Integer call() {
        if (limit < 1 || limit > Inspection.MAX_KEYS) {
            throw new UsageException("--limit " + limit + " must be 1 to " + Inspection.MAX_KEYS);
        }
        List<BlockedKey> blocked = find();
        if (output.isJson()) {
            output.json(blocked.stream().map(BlockedKeysCommand::json).toList());
        } else if (blocked.isEmpty()) {
            output.line("no key is blocked");
        } else {
            show(output, blocked, limit);
        }
        return ExitCode.DONE;
    }

    private List<BlockedKey> find() {
        Inspection inspection = access.outbox().inspection();
        if (destination != null && key != null) {
            return inspection.blockedKey(destination, key);
        }
        if (destination != null || key != null) {
            throw new UsageException("--destination and --key go together");
        }
        return inspection.blockedKeys(limit);
    }

    static void show(Output output, List<BlockedKey> blocked, int limit) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("BLOCKED KEY", "BEHIND IT", "FIRST MESSAGE", "STATE", "AGE", "LAST ERROR"));
        blocked.forEach(one -> rows.add(List.of(
                one.consumer().map(name -> name + ": ").orElse("") + one.destination() + " / " + one.key(),
                Output.count(one.waiting(), Inspection.MAX_WAITING) + " waiting",
                one.type() + " " + one.messageId(),
                state(one),
                Durations.show(one.age()),
                Output.cut(one.error(), ERROR_WIDTH))));
        output.table(rows);
        if (blocked.size() == limit) {
            output.line("(the first %d; there may be more)", limit);
        }
    }

    private static String state(BlockedKey key) {
        String due = key.dueIn()
                .map(time -> time.isZero() ? "due now" : "next in " + Durations.show(time))
                .orElse("due within a minute");
        return key.reason() + ", " + key.attempts() + (key.attempts() == 1 ? " attempt, " : " attempts, ") + due;
    }

    static Map<String, Object> json(BlockedKey key) {
        Map<String, Object> json = new LinkedHashMap<>();
        key.consumer().ifPresent(name -> json.put("consumer", name));
        json.put("destination", key.destination());
        json.put("key", key.key());
        json.put("waiting", key.waiting());
        json.put("messageId", key.messageId());
        json.put("type", key.type());
        json.put("reason", key.reason().name());
        json.put("attempts", key.attempts());
        key.dueIn().ifPresent(due -> json.put("dueInSeconds", Durations.seconds(due)));
        json.put("ageSeconds", Durations.seconds(key.age()));
        json.put("error", key.error());
        return json;
    }
}
