package dev.outbox.testservers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;

/**
 * A server in a container. Testcontainers' own reaper removes it when this JVM is killed.
 *
 * <p>Control methods are for one thread at a time.
 */
final class DockerServer implements ServerControl {
    private static final Duration BOUND = Duration.ofSeconds(15);
    private static final long SHARED_MEMORY_BYTES = 256L << 20;

    private final GenericContainer<?> container;
    private final String stopSignal;

    private DockerServer(GenericContainer<?> container, String stopSignal) {
        this.container = container;
        this.stopSignal = stopSignal;
    }

    /**
     * Runs an image.
     *
     * @param stopSignal the signal that makes the server end at once
     * @param innerPort the port on which the server listens in the container
     * @param outerPort the port of the engine's host that leads there, fixed so that it stays the same over a restart
     */
    static DockerServer start(
            String image,
            String stopSignal,
            int innerPort,
            int outerPort,
            Map<String, String> environment,
            String... command) {
        PortBinding binding = new PortBinding(Ports.Binding.bindPort(outerPort), ExposedPort.tcp(innerPort));
        GenericContainer<?> container = new GenericContainer<>(image)
                .withExposedPorts(innerPort)
                .withEnv(environment)
                .withCommand(command)
                .withSharedMemorySize(SHARED_MEMORY_BYTES)
                .withCreateContainerCmdModifier(
                        create -> Objects.requireNonNullElseGet(create.getHostConfig(), HostConfig::new)
                                .withPortBindings(binding));
        try {
            container.start();
            return new DockerServer(container, stopSignal);
        } catch (RuntimeException failed) {
            container.close();
            throw failed;
        }
    }

    String host() {
        return container.getHost();
    }

    /**
     * Runs a program in the container.
     *
     * @return its output
     * @throws IllegalStateException with that output if it fails
     */
    String run(List<String> command) {
        try {
            Container.ExecResult result = container.execInContainer(command.toArray(String[]::new));
            if (result.getExitCode() != 0) {
                throw new IllegalStateException(command.get(0) + " failed with " + result.getExitCode() + ": "
                        + result.getStdout() + result.getStderr());
            }
            return result.getStdout().strip();
        } catch (IOException cannotRun) {
            throw new UncheckedIOException("Cannot run " + command.get(0), cannotRun);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while running " + command.get(0), interrupted);
        }
    }

    @Override
    public boolean controllable() {
        return true;
    }

    @Override
    public boolean isRunning() {
        InspectContainerResponse.ContainerState state =
                client().inspectContainerCmd(container.getContainerId()).exec().getState();
        return Boolean.TRUE.equals(state.getRunning());
    }

    @Override
    public void start() {
        client().startContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void stopImmediately() {
        resume();
        client().killContainerCmd(container.getContainerId())
                .withSignal(stopSignal)
                .exec();
        awaitEnd();
    }

    // The engine kills all processes of a container whose first one is killed.
    @Override
    public void kill() {
        client().killContainerCmd(container.getContainerId()).exec();
        awaitEnd();
    }

    @Override
    public void pause() {
        client().pauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void resume() {
        if (isPaused()) {
            client().unpauseContainerCmd(container.getContainerId()).exec();
        }
    }

    private boolean isPaused() {
        return Boolean.TRUE.equals(client().inspectContainerCmd(container.getContainerId())
                .exec()
                .getState()
                .getPaused());
    }

    private void awaitEnd() {
        Await.until(() -> !isRunning(), BOUND, () -> "container " + container.getContainerId() + " still runs");
    }

    @Override
    public String log() {
        return container.getLogs();
    }

    @Override
    public void close() {
        container.close();
    }

    private DockerClient client() {
        return container.getDockerClient();
    }
}
