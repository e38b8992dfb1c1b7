package dev.outbox.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.spi.FailureText;
import dev.outbox.spi.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

class FailuresTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            OOM command not allowed when used memory > 'maxmemory'.              | UNAVAILABLE | STAYS | raise maxmemory
            READONLY You can't write against a read only replica.                | UNAVAILABLE | ENDS  | replica
            LOADING Redis is loading the dataset in memory                       | UNAVAILABLE | STAYS | starting
            MASTERDOWN Link with MASTER is down                                  | UNAVAILABLE | STAYS | lost its master
            BUSY Redis is busy running a script.                                 | UNAVAILABLE | STAYS | script
            TRYAGAIN Multiple keys request during rehashing of slot              | UNAVAILABLE | STAYS | moving
            NOREPLICAS Not enough good replicas to write.                        | UNAVAILABLE | STAYS | min-replicas-to-write
            MISCONF Errors writing to the AOF file: No space left on device      | UNAVAILABLE | STAYS | disk
            CLUSTERDOWN Hash slot not served                                     | UNAVAILABLE | ENDS  | CLUSTER INFO
            MOVED 3999 127.0.0.1:6381                                            | UNAVAILABLE | ENDS  | from node to node
            ASK 3999 127.0.0.1:6381                                              | UNAVAILABLE | ENDS  | from node to node
            NOAUTH Authentication required.                                      | UNAVAILABLE | ENDS  | user and a password
            WRONGPASS invalid username-password pair or user is disabled.        | UNAVAILABLE | ENDS  | check the user
            NOPERM this user has no permissions to run the 'xadd' command        | UNAVAILABLE | STAYS | ACL SETUSER
            WRONGTYPE Operation against a key holding the wrong kind of value    | UNAVAILABLE | STAYS | streams
            ERR max number of clients reached                                    | UNAVAILABLE | ENDS  | maxclients
            ERR Protocol error: invalid bulk length                              | REJECTED    | ENDS  | proto-max-bulk-len
            ERR The stream has exhausted the last possible ID                    | FAILED      | STAYS | refused
            SOMETHING new                                                        | FAILED      | STAYS | refused
            """)
    void everyErrorHasItsOutcome(String error, String outcome, String connection, String advice) {
        JedisDataException thrown = new JedisDataException(error);

        Outcome refused = Failures.refused("orders", thrown);
        assertThat(refused.getClass().getSimpleName()).isEqualToIgnoringCase(outcome);
        assertThat(Failures.endsConnection(thrown)).isEqualTo(connection.equals("ENDS"));
        assertThat(text(refused)).contains("stream 'orders'", advice, error.split(" ", 2)[0]);
    }

    @Test
    void g8_whatWasNotSentIsUnavailableWhateverTheReason() {
        List.of(
                        new JedisConnectionException("refused"),
                        new JedisException("has no replicas"),
                        new JedisDataException("NOPERM nothing"),
                        new JedisDataException("ERR odd"),
                        new IllegalStateException("a bug"))
                .forEach(why -> assertThat(Failures.notSent("orders", why)).isInstanceOf(Outcome.Unavailable.class));
        assertThat(text(Failures.notSent("orders", new JedisDataException("WRONGPASS no"))))
                .contains("check the user and the password");
        assertThat(text(Failures.notSent("orders", new JedisConnectionException("refused"))))
                .contains("see whether it runs");
    }

    @Test
    void g1_whatMayHaveArrivedIsUnknownWhateverTheReason() {
        assertThat(Failures.lost("orders", new JedisConnectionException("reset")))
                .isInstanceOf(Outcome.Unknown.class);
        assertThat(Failures.lost("orders", new JedisDataException("OOM"))).isInstanceOf(Outcome.Unknown.class);
    }

    private static String text(Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return FailureText.of(rejected.error());
        }
        return FailureText.of(
                outcome instanceof Outcome.Failed failed ? failed.error() : ((Outcome.Unavailable) outcome).error());
    }
}
