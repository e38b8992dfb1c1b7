package dev.outbox.testservers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class DockerEngineTest {

    @Test
    void whateverRepliesAtTheNamedAddressIsAnEngine() throws IOException {
        try (EchoServer engine = EchoServer.start()) {
            assertThat(answersAt("tcp://127.0.0.1:" + engine.port())).isTrue();
        }
    }

    @Test
    void anAddressWhereNobodyListensIsNoEngine(@TempDir Path directory) {
        assertThat(answersAt("tcp://127.0.0.1:" + FreePort.next())).isFalse();
        assertThat(answersAt("unix://" + directory.resolve("docker.sock"))).isFalse();
        assertThat(answersAt("npipe:////./pipe/docker_engine")).isFalse();
        assertThat(answersAt("tcp://no-such-host.invalid:2375")).isFalse();
    }

    @Test
    void anEngineThatHangsIsGivenUpSoon(@TempDir Path directory) throws IOException {
        Path socket = directory.resolve("docker.sock");
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocketChannel local = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            local.bind(UnixDomainSocketAddress.of(socket));
            long startNanos = System.nanoTime();

            assertThat(answersAt("tcp://127.0.0.1:" + silent.getLocalPort())).isFalse();
            assertThat(answersAt("unix://" + socket)).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(60));
        }
    }

    private static boolean answersAt(String host) {
        return DockerEngine.answers(Map.of("DOCKER_HOST", host));
    }
}
