package dev.outbox.redis;

import dev.outbox.Message;
import dev.outbox.spi.FailureText;
import dev.outbox.spi.Incoming;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings what is finished of one stream to the server, again and again until it has said so. */
final class Finishing {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStreamsSource.class);
    private static final int MOST_AT_ONCE = 500;

    private final Client client;
    private final Group group;
    private final Holding holding;
    private final Queue<Runnable> failed = new ConcurrentLinkedQueue<>();

    private record Part(List<String> ids, Runnable onDone) {}

    Finishing(Client client, Group group, Holding holding) {
        this.client = client;
        this.group = group;
        this.holding = holding;
    }

    /**
     * Acknowledges what is known here of {@code deliveries}, or sets it aside. On any thread.
     *
     * @param onPart run for each delivery when the server has acknowledged it
     */
    void finish(List<Incoming> deliveries, Runnable onPart) {
        holding.finishAside(deliveries).forEach((id, deadLetter) -> setAside(id, deadLetter, onPart));
        List<String> ids = holding.finish(deliveries);
        for (int i = 0; i < ids.size(); i += MOST_AT_ONCE) {
            List<String> part = List.copyOf(ids.subList(i, Math.min(ids.size(), i + MOST_AT_ONCE)));
            send(new Part(part, () -> part.forEach(id -> onPart.run())));
        }
    }

    /** Repeats what has failed. */
    void again() {
        for (Runnable repetition = failed.poll(); repetition != null; repetition = failed.poll()) {
            repetition.run();
        }
        client.flush();
    }

    private void send(Part part) {
        client.submit(new Acknowledgement(
                group,
                part.ids(),
                System.nanoTime(),
                () -> {
                    holding.acknowledged(part.ids());
                    part.onDone().run();
                },
                failure -> failed.add(() -> send(part))));
    }

    private void setAside(String id, Message deadLetter, Runnable onDone) {
        client.submit(new SettingAside(
                group,
                id,
                deadLetter,
                System.nanoTime(),
                () -> {
                    holding.acknowledged(List.of(id));
                    onDone.run();
                },
                failure -> {
                    LOG.debug("A dead letter is not set aside yet: {}", FailureText.of(failure));
                    failed.add(() -> setAside(id, deadLetter, onDone));
                }));
    }
}
