package dev.outbox.faults.nemesis;

import dev.outbox.faults.nemesis.Span.Seconds;
import dev.outbox.testservers.FaultyProxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What happens to databases and brokers. */
public final class ServerFaults {
    private static final Seconds DOWN = new Seconds(0.5, 5);
    private static final Seconds FROZEN = new Seconds(3, 12);
    private static final Seconds AT_ONCE = new Seconds(0.5, 0.5);
    private static final Seconds SLOW = new Seconds(3, 7);
    private static final Duration SLOWNESS = Duration.ofMillis(150);

    private ServerFaults() {}

    /** SIGKILL; it is started again. */
    public static Fault killed(Server server) {
        return Span.of("kill", server, DOWN, Server::kill, Server::restart);
    }

    /** SIGSTOP, and SIGCONT when clients have given up. */
    public static Fault frozen(Server server) {
        return Span.of("freeze", server, FROZEN, Server::freeze, Server::thaw);
    }

    /** The server ends all connections, twice. */
    public static Fault connectionsEnded(Server server) {
        return Span.of("end connections of", server, AT_ONCE, Server::endConnections, Server::endConnections);
    }

    /** All connections are cut, and whoever comes again is accepted and answered nothing. */
    public static Fault silent(Server server, List<Link> links) {
        return of("silence of", server, FROZEN, links, ServerFaults::silence, FaultyProxy::thaw);
    }

    /** Each answer takes longer. */
    public static Fault slow(Server server, List<Link> links) {
        return of("slowness of", server, SLOW, links, way -> way.delay(SLOWNESS), way -> way.delay(Duration.ZERO));
    }

    private static void silence(FaultyProxy way) {
        way.freeze();
        way.cut();
    }

    private static Fault of(
            String verb,
            Server server,
            Seconds seconds,
            List<Link> links,
            Consumer<FaultyProxy> beginning,
            Consumer<FaultyProxy> ending) {
        Set<String> subjects = Stream.concat(
                        Stream.of(server.name()), links.stream().map(Link::name))
                .collect(Collectors.toSet());
        return new Span(
                verb + " " + server.name(),
                subjects,
                seconds.least(),
                seconds.most(),
                () -> links.forEach(link -> beginning.accept(link.proxy())),
                () -> links.forEach(link -> ending.accept(link.proxy())));
    }
}
