package dev.outbox.examples.orderpipeline;

import dev.outbox.consumer.Consumer;
import dev.outbox.examples.orderpipeline.order.Intake;
import dev.outbox.relay.Relay;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The process of one service: its schema, its relay, its consumers, and nothing that another service has. Works until its standard input ends, as it does when
 * the process that started it is gone. What it has to say to that process are lines on its standard output.
 */
final class ServiceMain {
    static final String INPUT_READ = "input ";
    static final String INPUT_FAILED = "input-failed ";
    static final String REJECTED = "rejected ";

    private static final int CONNECTIONS = 10;

    private ServiceMain() {}

    public static void main(String[] arguments) throws SQLException, IOException {
        ServiceSettings settings = ServiceSettings.of(arguments, System.getenv());
        Service service = settings.service();
        try (Shop shop = Shop.open(settings.database(), service, CONNECTIONS);
                Relay relay = relay(shop, settings)) {
            relay.start();
            List<Consumer> consumers = startConsumers(shop, settings);
            if (service == Service.ORDERS) {
                startReading(new Intake(shop, ServiceMain::rejected), settings.input());
            }
            awaitEndOfInput();
            consumers.forEach(Consumer::close);
        }
        System.exit(0);
    }

    private static Relay relay(Shop shop, ServiceSettings settings) {
        return Relay.from(shop.outbox().store())
                .to(settings.link().transport())
                .name(settings.service().lowerCase())
                .options(Subscription.RELAY)
                .build();
    }

    private static List<Consumer> startConsumers(Shop shop, ServiceSettings settings) {
        Link link = settings.link();
        List<Consumer> consumers = new ArrayList<>();
        for (Subscription subscription : Subscription.of(settings.service(), shop, settings.outside())) {
            String name = subscription.consumer();
            consumers.add(Consumer.of(link.source(name, subscription.destinations()), name)
                    .instance(name)
                    .handler(subscription.handler())
                    .store(shop.outbox().deliveries())
                    .retry(Subscription.RETRY)
                    .concurrency(subscription.concurrency())
                    .listener(new DeathNotices())
                    .start());
        }
        return consumers;
    }

    private static void startReading(Intake intake, Input input) {
        Thread reader = new Thread(() -> read(intake, input), "intake");
        reader.setDaemon(true);
        reader.start();
    }

    private static void read(Intake intake, Input input) {
        try (InputStream stream = input.open()) {
            intake.read(stream, input.name());
            Intake.Result result = intake.result();
            System.out.println(INPUT_READ + result.placed() + " " + result.known() + " " + result.rejected());
        } catch (IOException | RuntimeException e) {
            System.out.println(INPUT_FAILED + "cannot read " + input.name() + ": " + Reason.of(e));
        }
    }

    private static void rejected(long number, String reason) {
        System.out.println(REJECTED + number + " " + reason.replace('\n', ' '));
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // Nothing is expected.
        }
    }
}
