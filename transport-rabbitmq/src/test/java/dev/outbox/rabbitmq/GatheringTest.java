package dev.outbox.rabbitmq;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GatheringTest {
    private final Gathering gathering = new Gathering();
    private ServerSocket server;
    private Socket client;
    private Socket accepted;
    private OutputStream output;

    @BeforeEach
    void connect() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        client = gathering.createSocket();
        client.connect(server.getLocalSocketAddress());
        accepted = server.accept();
        output = client.getOutputStream();
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
        accepted.close();
        server.close();
    }

    /** As the client writes. */
    private void write(byte[] bytes) throws IOException {
        output.write(bytes);
        output.flush();
    }

    private byte[] received(int length) throws IOException {
        byte[] bytes = new byte[length];
        new DataInputStream(accepted.getInputStream()).readFully(bytes);
        return bytes;
    }

    @Test
    void whatIsPublishedWaitsForAFlushAndGoesInOrder() throws IOException {
        gathering.gather(() -> write("one".getBytes(US_ASCII)));
        gathering.gather(() -> write("two".getBytes(US_ASCII)));
        // Written to the same socket past the gathering: were something of it on its way, that would come before.
        client.setTcpNoDelay(true);
        accepted.getOutputStream().write('x');
        assertThat(client.getInputStream().read()).isEqualTo('x');
        assertThat(accepted.getInputStream().available()).isZero();

        gathering.flush();

        assertThat(received(6)).asString(US_ASCII).isEqualTo("onetwo");
    }

    @Test
    void whatIsWrittenOtherwiseGoesAtOnceAndAfterWhatWaits() throws IOException {
        gathering.gather(() -> write("message".getBytes(US_ASCII)));
        write("question".getBytes(US_ASCII));

        assertThat(received(15)).asString(US_ASCII).isEqualTo("messagequestion");
    }

    @Test
    void moreThanFitsGoesInOrderBeforeTheFlush() throws IOException {
        byte[] small = new byte[1_000];
        byte[] large = new byte[100_000];
        Arrays.fill(small, (byte) 1);
        Arrays.fill(large, (byte) 2);

        gathering.gather(() -> write(small));
        gathering.gather(() -> write(large));

        assertThat(received(small.length)).isEqualTo(small);
        assertThat(received(large.length)).isEqualTo(large);
    }

    @Test
    void aFailureToWriteWhatWaitsIsReported() throws IOException {
        gathering.gather(() -> write(new byte[10]));
        client.close();

        assertThatThrownBy(gathering::flush).isInstanceOf(SocketException.class);
    }

    @Test
    void withoutASocketOfItsOwnItGathersNothing() throws IOException {
        Gathering unused = new Gathering();
        unused.gather(() -> write("message".getBytes(US_ASCII)));
        unused.flush();

        assertThat(received(7)).asString(US_ASCII).isEqualTo("message");
    }
}
