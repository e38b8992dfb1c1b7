package dev.outbox.faults.fuzz;

import dev.outbox.jdbc.JdbcOptions;
import dev.outbox.jdbc.JdbcOutbox;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** Names for the schema and the prefix of tables: refused in words that are harmless, or such that the script has nothing else in it. */
final class Identifiers implements Target {
    private static final Pattern SAFE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,40}");
    private static final String[] NEAR = {
        "a;b", "a b", "a-b", "\"a\"", "a'", "a`", "1a", "ä", "a\n", "a.b", "${prefix}", "a--"
    };
    private static final int SCRIPT_ONE_IN = 200;

    private final DataSource database = database();

    @Override
    public String name() {
        return "identifiers";
    }

    @Override
    public boolean feed(SplittableRandom random) {
        String name = candidate(random);
        JdbcOptions options;
        try {
            options = random.nextBoolean()
                    ? JdbcOptions.defaults().tablePrefix(name)
                    : JdbcOptions.defaults().schema(name);
        } catch (IllegalArgumentException refused) {
            String text = String.valueOf(refused.getMessage());
            Promises.require(!SAFE.matcher(name).matches(), "a name that is safe is taken: " + text);
            Promises.require(text.chars().allMatch(c -> c >= ' ' && c < 0x7F), "a refusal is harmless");
            Promises.require(text.contains("must be"), "a refusal says the rule: " + text);
            return false;
        }
        Promises.require(SAFE.matcher(name).matches(), "only a safe name is taken, not " + name);
        if (Hostile.once(random, SCRIPT_ONE_IN)) {
            String script = JdbcOutbox.on(database, options).schema().script();
            Promises.require(script.contains(name.toLowerCase(java.util.Locale.ROOT)), "the script has the name");
            Promises.require(!script.contains("${"), "the script has nothing left to fill in");
        }
        return true;
    }

    private static String candidate(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> Hostile.text(random);
            case 1 -> Hostile.one(random, NEAR);
            case 2 -> Hostile.plain(random).repeat(1 + random.nextInt(5));
            default -> Hostile.one(random, "_", "A", "z") + Hostile.plain(random) + random.nextInt(100) + "_";
        };
    }

    private static DataSource database() {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:identifiers;DB_CLOSE_DELAY=-1");
        return database;
    }
}
