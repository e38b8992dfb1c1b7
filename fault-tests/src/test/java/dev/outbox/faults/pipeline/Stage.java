package dev.outbox.faults.pipeline;

import dev.outbox.faults.nemesis.Fault;
import dev.outbox.faults.nemesis.Link;
import dev.outbox.faults.nemesis.LinkFaults;
import dev.outbox.faults.nemesis.ProcessFaults;
import dev.outbox.faults.nemesis.Server;
import dev.outbox.faults.nemesis.ServerFaults;
import dev.outbox.faults.nemesis.Victim;
import dev.outbox.testservers.FaultyProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Two publishers, two relays and two consumers as processes, a database and a broker, with a proxy between any two that talk; and all that can happen to them. */
final class Stage implements AutoCloseable {
    private static final int OF_EACH = 2;
    private static final int WITH_BROKER = 2 * OF_EACH;
    /** More than any outage here can cost. */
    private static final int ATTEMPTS = 30;

    final RunningBroker broker;
    final RunningDatabase database;
    final Books books;
    private final Plan plan;
    private final List<Worker> workers = new ArrayList<>();
    private final List<Link> toDatabase = new ArrayList<>();
    private final List<Link> toBroker = new ArrayList<>();

    Stage(Plan plan) {
        this.plan = plan;
        database = plan.database().start();
        broker = plan.broker().start(WITH_BROKER);
        books = new Books(database.place());
        broker.create(Messages.DESTINATION, Pipeline.CONSUMER);
        for (int i = 1; i <= OF_EACH; i++) {
            add("publisher-" + i, PublisherMain.class);
            connect("relay-" + i, RelayMain.class);
            connect("consumer-" + i, ConsumerMain.class);
        }
        workers.forEach(worker -> worker.start(Duration.ZERO));
        workers.forEach(Worker::awaitStarted);
    }

    private void add(String name, Class<?> main) {
        add(name, main, broker.address());
    }

    private void connect(String name, Class<?> main) {
        FaultyProxy way = broker.ways().get(toBroker.size());
        toBroker.add(new Link(name, broker.name(), way));
        add(name, main, broker.address(way));
    }

    private void add(String name, Class<?> main, String brokerAddress) {
        FaultyProxy way = database.place().proxy();
        toDatabase.add(new Link(name, database.name(), way));
        Place place = database.place().through(way);
        Setup setup = new Setup(
                name,
                Pipeline.CONSUMER,
                plan.broker(),
                brokerAddress,
                place,
                place,
                ATTEMPTS,
                Pipeline.CLAIM,
                plan.mistake());
        workers.add(new Worker(setup, main));
    }

    /** All that can happen, by kinds, as far as the plan allows it. */
    List<List<Fault>> kinds() {
        List<Link> links = new ArrayList<>(toDatabase);
        links.addAll(toBroker);
        List<Server> servers = List.of(database, broker);
        List<List<Fault>> kinds = new ArrayList<>();
        kinds.add(each(workers, ProcessFaults::killed));
        kinds.add(each(workers, ProcessFaults::halted));
        kinds.add(each(workers, ProcessFaults::ahead));
        kinds.add(each(workers, ProcessFaults::behind));
        kinds.add(each(servers, ServerFaults::killed));
        kinds.add(each(servers, ServerFaults::frozen));
        kinds.add(each(servers.stream().filter(Server::endsConnections).toList(), ServerFaults::connectionsEnded));
        kinds.add(List.of(ServerFaults.silent(broker, toBroker), ServerFaults.silent(database, toDatabase)));
        kinds.add(List.of(ServerFaults.slow(broker, toBroker), ServerFaults.slow(database, toDatabase)));
        kinds.add(database.ownFaults());
        kinds.add(each(links, LinkFaults::cut));
        kinds.add(each(links, LinkFaults::blackHole));
        kinds.add(each(links, LinkFaults::repliesDropped));
        kinds.add(each(links, LinkFaults::latency));
        kinds.add(each(links, LinkFaults::throttled));
        return allowed(kinds);
    }

    private static <T> List<Fault> each(List<? extends T> subjects, Function<T, Fault> fault) {
        return subjects.stream().<Fault>map(fault::apply).toList();
    }

    private List<List<Fault>> allowed(List<List<Fault>> kinds) {
        Pattern only = Pattern.compile(plan.only());
        return kinds.stream()
                .map(kind -> kind.stream()
                        .filter(fault -> only.matcher(fault.name()).matches())
                        .toList())
                .filter(kind -> !kind.isEmpty())
                .toList();
    }

    List<Worker> workers() {
        return workers;
    }

    /** Ends the publishers; what they have committed counts. */
    void endPublishing() {
        workers.stream().filter(worker -> worker.name().startsWith("publisher")).forEach(Victim::kill);
    }

    @Override
    public void close() {
        workers.forEach(Worker::close);
        books.close();
        toDatabase.forEach(link -> link.proxy().close());
        broker.close();
        database.close();
    }
}
