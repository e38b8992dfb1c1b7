package dev.outbox.testservers;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The operating system's user as whom a server runs, because database servers refuse to run as root.
 *
 * @param user the user to become, empty for the user of this JVM
 * @param prefix what a command line has to start with
 */
record Account(Optional<String> user, List<String> prefix) {

    Account {
        prefix = List.copyOf(prefix);
    }

    /** The user of this JVM. */
    static Account current() {
        return new Account(Optional.empty(), List.of());
    }

    /**
     * The user of this JVM, or if that is root the first of the candidates that exists.
     *
     * @throws IllegalStateException if this is root and there is no candidate, or no program that changes the user
     */
    static Account unprivileged(String... candidates) {
        if (!Command.mustRun(List.of("id", "-u")).equals("0")) {
            return current();
        }
        String user = Stream.of(candidates)
                .filter(candidate -> Command.run(List.of("id", "-u", candidate)).exitCode() == 0)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The server refuses to run as root, and there is none of"
                        + " the users " + List.of(candidates) + ": run the tests as an ordinary user"));
        return new Account(Optional.of(user), becoming(user));
    }

    private static List<String> becoming(String user) {
        if (Command.onPath("setpriv").isPresent()) {
            return List.of("setpriv", "--reuid=" + user, "--regid=" + group(user), "--init-groups");
        }
        if (Command.onPath("runuser").isPresent()) {
            return List.of("runuser", "-u", user, "--");
        }
        throw new IllegalStateException("The server refuses to run as root, and neither setpriv nor runuser is there to"
                + " run it as " + user + ": install util-linux, or run the tests as an ordinary user");
    }

    private static String group(String user) {
        return Command.mustRun(List.of("id", "-g", user));
    }
}
