package dev.outbox.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.impl.StrictExceptionHandler;
import dev.outbox.spi.FailureText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leaves it to us to say that a connection is lost: the client has a line of its own for each socket that we close. */
final class QuietExceptions extends StrictExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RabbitTransport.class);

    @Override
    public void handleUnexpectedConnectionDriverException(Connection connection, Throwable failure) {
        LOG.debug("a connection has ended: {}", FailureText.of(failure));
    }
}
