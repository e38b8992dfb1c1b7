package dev.outbox.relay;

import dev.outbox.spi.Depth;
import java.time.Duration;
import java.util.Optional;

/**
 * What a relay has done and what it sees, at one moment. Taking it costs no I/O: counts of the tables are refreshed by the relay itself, at most every five
 * seconds while somebody asks, and stop at a bound.
 *
 * @param state the relay's state
 * @param slots slots that it owns, of 64
 * @param held messages in memory
 * @param inFlight messages handed to transports without an outcome
 * @param confirmed messages confirmed since the start
 * @param failures attempts charged since the start
 * @param dead messages given up since the start
 * @param confirmedPerSecond over the last ten seconds or so
 * @param failuresPerSecond over the last ten seconds or so
 * @param latencyP50 from publish to confirmation, of the messages confirmed since the start; accurate to 6 %
 * @param latencyP99 likewise
 * @param depth counts of the tables; empty until they were first read
 */
public record RelayStatistics(
        Relay.State state,
        int slots,
        int held,
        int inFlight,
        long confirmed,
        long failures,
        long dead,
        double confirmedPerSecond,
        double failuresPerSecond,
        Duration latencyP50,
        Duration latencyP99,
        Optional<Depth> depth) {}
