package dev.outbox.examples.orderpipeline.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Asks the gateway for money. Every call is one request; repeating it is the caller's decision. Thread-safe. */
public final class GatewayClient {
    /** Whether requests carry the key that makes them safe to repeat. */
    public enum Keys {
        /** They do. */
        SENT,
        /** They do not, to see what happens then. */
        LEFT_OUT
    }

    static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int LONGEST_HINT_DIGITS = 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Supplier<URI> address;
    private final Keys keys;
    private final Duration timeout;
    private final HttpClient http;

    /** A client for the gateway at {@code address}, which is asked for each request. */
    public GatewayClient(Supplier<URI> address, Keys keys) {
        this(address, keys, TIMEOUT);
    }

    /** One that waits so long for an answer. */
    GatewayClient(Supplier<URI> address, Keys keys, Duration timeout) {
        this.address = address;
        this.keys = keys;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder().connectTimeout(timeout).build();
    }

    /**
     * Takes {@code cents} for {@code order}.
     *
     * @throws GatewayException if the outcome is unknown, or the gateway wants to be asked later
     * @throws GatewayRefusedException if it never will
     */
    public GatewayAnswer charge(String idempotencyKey, String order, long cents)
            throws GatewayException, InterruptedException {
        return post("/charges", idempotencyKey, order, cents);
    }

    /**
     * Gives {@code cents} back for {@code order}.
     *
     * @throws GatewayException if the outcome is unknown, or the gateway wants to be asked later
     * @throws GatewayRefusedException if it never will
     */
    public GatewayAnswer refund(String idempotencyKey, String order, long cents)
            throws GatewayException, InterruptedException {
        return post("/refunds", idempotencyKey, order, cents);
    }

    private GatewayAnswer post(String path, String idempotencyKey, String order, long cents)
            throws GatewayException, InterruptedException {
        HttpResponse<String> response;
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(address.get().resolve(path))
                    .timeout(timeout)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            JSON.writeValueAsString(Map.of("order", order, "cents", cents))));
            if (keys == Keys.SENT) {
                request.header("Idempotency-Key", idempotencyKey);
            }
            response = http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new GatewayException("no answer to " + path + ": " + e, null, e);
        }
        return answer(path, response);
    }

    private static GatewayAnswer answer(String path, HttpResponse<String> response) throws GatewayException {
        int status = response.statusCode();
        return switch (status) {
            case 201 -> new GatewayAnswer.Done(field(response, "receipt"));
            case 402 -> new GatewayAnswer.Declined(field(response, "reason"));
            case 408, 425, 429, 500, 502, 503, 504 ->
                throw new GatewayException(path + " answered " + status, retryAfter(response), null);
            default ->
                throw new GatewayRefusedException(path + " answered " + status + ": " + field(response, "reason"));
        };
    }

    private static String field(HttpResponse<String> response, String name) {
        try {
            return JSON.readTree(response.body()).path(name).asText();
        } catch (JsonProcessingException e) {
            throw new GatewayRefusedException("the gateway's answer is not JSON");
        }
    }

    @SuppressWarnings("NullAway") // orElse(null) is what the exception's constructor takes for "did not say"
    private static Duration retryAfter(HttpResponse<String> response) {
        Optional<String> seconds = response.headers().firstValue("Retry-After");
        return seconds.filter(text -> text.matches("\\d{1," + LONGEST_HINT_DIGITS + "}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(null);
    }
}
