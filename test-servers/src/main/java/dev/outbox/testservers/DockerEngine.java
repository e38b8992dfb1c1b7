package dev.outbox.testservers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a Docker engine answers.
 *
 * <p>Testcontainers can tell too, but takes its time over it and logs the failure at length. So we ask first, at the places
 * where engines listen, and only then touch Testcontainers.
 */
final class DockerEngine {
    private static final Duration BOUND = Duration.ofSeconds(2);
    private static final byte[] PING =
            "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private DockerEngine() {}

    /** Asks the engine that {@code DOCKER_HOST} names, or those at the usual sockets; takes 4 seconds each at most. */
    static boolean answers(Map<String, String> environment) {
        @Nullable String host = environment.get("DOCKER_HOST");
        if (host != null && !host.isEmpty()) {
            return answers(URI.create(host));
        }
        String home = environment.getOrDefault("HOME", "/");
        Stream<Path> sockets = Stream.of(
                Path.of("/var/run/docker.sock"),
                Path.of(environment.getOrDefault("XDG_RUNTIME_DIR", "/run"), "docker.sock"),
                Path.of(home, ".docker/run/docker.sock"),
                Path.of(home, ".docker/desktop/docker.sock"));
        return sockets.anyMatch(socket -> Files.exists(socket) && pings(UnixDomainSocketAddress.of(socket)));
    }

    private static boolean answers(URI host) {
        if ("unix".equals(host.getScheme())) {
            return pings(UnixDomainSocketAddress.of(host.getPath()));
        }
        // Over TLS this ping is answered with an alert, which is an answer too.
        return host.getHost() != null
                && host.getPort() > 0
                && pings(new InetSocketAddress(host.getHost(), host.getPort()));
    }

    private static boolean pings(SocketAddress address) {
        try (SocketChannel channel = open(address);
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            if (!channel.connect(address)) {
                if (selector.select(BOUND.toMillis()) == 0) {
                    return false;
                }
                channel.finishConnect();
            }
            channel.write(ByteBuffer.wrap(PING));
            key.interestOps(SelectionKey.OP_READ);
            selector.selectedKeys().clear();
            return selector.select(BOUND.toMillis()) > 0 && channel.read(ByteBuffer.allocate(64)) > 0;
        } catch (IOException | UnresolvedAddressException noEngine) {
            return false;
        }
    }

    private static SocketChannel open(SocketAddress address) throws IOException {
        return address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
    }
}
