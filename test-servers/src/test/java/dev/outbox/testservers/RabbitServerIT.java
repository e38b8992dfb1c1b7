package dev.outbox.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients do with the broker is tested where there is a client: in transport-rabbitmq. */
@Timeout(300)
class RabbitServerIT {
    @Test
    void theSharedBrokerIsOneAndHasAVirtualHost() {
        RabbitServer server = RabbitServer.shared();
        server.close();
        assertThat(RabbitServer.shared()).isSameAs(server);
        assertThat(server.greets()).isTrue();
    }

    @Test
    void aBrokerComesBackWithItsUsersAfterAKillAStopAndAPause() {
        try (RabbitServer server = RabbitServer.start()) {
            assertThat(server.controllable()).isTrue();
            server.addUser("reader", "^$", "^$", "^orders$");
            server.kill();
            assertThat(server.greets()).isFalse();
            server.restart();
            assertThat(server.control("list_permissions")).contains("reader").contains("^orders$");

            server.stop();
            assertThat(server.greets()).isFalse();
            server.restart();
            server.pause();
            assertThat(server.greets()).isFalse();
            server.resume();
            assertThat(server.greets()).isTrue();
        }
    }

    @Test
    void twoBrokersRunBesideEachOtherAndAnAlarmIsOnesOwn() {
        try (RabbitServer one = RabbitServer.start(Map.of("heartbeat", "7"));
                RabbitServer other = RabbitServer.start()) {
            one.raiseMemoryAlarm();
            assertThat(one.control("eval", "rabbit_alarm:get_alarms().")).contains("memory");
            assertThat(other.control("eval", "rabbit_alarm:get_alarms().")).isEqualTo("[]");
            one.clearMemoryAlarm();
            assertThat(one.control("eval", "rabbit_alarm:get_alarms().")).isEqualTo("[]");
            assertThat(one.control("environment")).contains("{heartbeat,7}");
        }
    }

    @Test
    void theSecuredListenerHasACertificateThatOnlyItsTrustTrusts() throws IOException {
        try (RabbitServer server = RabbitServer.start(RabbitServer.Extra.SECURED)) {
            try (Socket socket = server.trust().getSocketFactory().createSocket("localhost", server.securedPort())) {
                ((SSLSocket) socket).startHandshake();
            }
            try (Socket socket =
                    javax.net.ssl.SSLSocketFactory.getDefault().createSocket("localhost", server.securedPort())) {
                assertThatThrownBy(() -> ((SSLSocket) socket).startHandshake())
                        .isInstanceOf(javax.net.ssl.SSLHandshakeException.class);
            }
        }
    }

    @Test
    void aBrokerThatTheEnvironmentNamesIsNotControlled() {
        RabbitServer own = RabbitServer.shared();
        String url = "amqp://" + own.user() + ":secret@" + own.host() + ":" + own.port();
        try (RabbitServer named = RabbitServer.named(Map.of("OUTBOX_TEST_RABBITMQ_URL", url))) {
            assertThat(named.controllable()).isFalse();
            assertThat(named.password()).isEqualTo("secret");
            assertThatThrownBy(named::kill).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> named.control("status"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("OUTBOX_TEST_RABBITMQ_URL");
        }
    }
}
