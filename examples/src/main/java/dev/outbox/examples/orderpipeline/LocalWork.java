package dev.outbox.examples.orderpipeline;

import dev.outbox.examples.orderpipeline.order.Intake;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** All services in this process, on one schema. */
final class LocalWork implements Work {
    private final Services services;
    private final Intake intake;
    private final CompletableFuture<Void> reading;

    private LocalWork(Services services, Intake intake, Input input) {
        this.services = services;
        this.intake = intake;
        this.reading = CompletableFuture.runAsync(() -> read(input), LocalWork::startThread);
    }

    static Work start(Shop shop, Subscription.Outside outside, Input input, Intake.RejectionListener rejections) {
        return new LocalWork(Services.start(shop, outside), new Intake(shop, rejections), input);
    }

    private static void startThread(Runnable task) {
        Thread thread = new Thread(task, "intake");
        thread.setDaemon(true);
        thread.start();
    }

    private void read(Input input) {
        try (InputStream stream = input.open()) {
            intake.read(stream, input.name());
        } catch (IOException e) {
            throw new CompletionException("cannot read " + input.name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public boolean inputRead() {
        boolean read = reading.isDone();
        if (read) {
            reading.join();
        }
        return read;
    }

    @Override
    public Intake.Result intake() {
        return intake.result();
    }

    @Override
    public void observe(Counts counts) {
        // The relay and the handlers say themselves how busy they are.
    }

    @Override
    public double messagesPerSecond() {
        return services.messagesPerSecond();
    }

    @Override
    public boolean busy() {
        return services.busy();
    }

    @Override
    public void close() {
        services.close();
    }
}
