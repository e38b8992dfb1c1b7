package dev.outbox.examples.orderpipeline.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.outbox.examples.orderpipeline.gateway.Accounts.KeyReusedException;
import dev.outbox.examples.orderpipeline.gateway.LedgerEntry.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The gateway's HTTP side, on the loopback interface: {@code POST /charges} and {@code POST /refunds} with the order and the amount, and with
 * {@code Idempotency-Key} if the client is wise. Answers 201 with a receipt, 402 for a declined card, 409 for a key used twice for different things, 429
 * with {@code Retry-After}, 503, or nothing in time although the money was taken.
 */
final class GatewayServer implements AutoCloseable {
    private static final int THREADS = 16;
    private static final int MAX_BODY_BYTES = 4_096;
    private static final Executor LATE = CompletableFuture.delayedExecutor(5, TimeUnit.SECONDS);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer http;
    private final Accounts accounts;
    private final Faults faults;
    private final Map<String, Integer> requests = new ConcurrentHashMap<>();
    private final ExecutorService handlers = Executors.newFixedThreadPool(THREADS);

    private GatewayServer(HttpServer http, Accounts accounts, Faults faults) {
        this.http = http;
        this.accounts = accounts;
        this.faults = faults;
    }

    /** Listens on {@code port} of the loopback interface, 0 for a free one. */
    static GatewayServer start(int port, Accounts accounts, Faults faults) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        GatewayServer server = new GatewayServer(http, accounts, faults);
        http.createContext("/charges", exchange -> server.handle(exchange, Kind.CHARGE));
        http.createContext("/refunds", exchange -> server.handle(exchange, Kind.REFUND));
        http.setExecutor(server.handlers);
        http.start();
        return server;
    }

    /** Where it listens. */
    int port() {
        return http.getAddress().getPort();
    }

    private void handle(HttpExchange exchange, Kind kind) throws IOException {
        try {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES);
            JsonNode request = JSON.readTree(body);
            String order = request.path("order").asText();
            long cents = request.path("cents").asLong();
            if (!exchange.getRequestMethod().equals("POST") || order.isEmpty() || cents <= 0) {
                answer(exchange, 400, Map.of("reason", "POST an order and a positive amount in cents"));
                return;
            }
            serve(exchange, kind, order, cents);
        } catch (IOException | RuntimeException e) {
            exchange.close();
            throw e;
        }
    }

    private void serve(HttpExchange exchange, Kind kind, String order, long cents) throws IOException {
        String subject = kind + " of " + order;
        switch (faults.draw(subject, requests.merge(subject, 1, Integer::sum))) {
            case ERROR -> answer(exchange, 503, Map.of("reason", "internal error"));
            case RATE_LIMIT -> {
                exchange.getResponseHeaders().set("Retry-After", "1");
                answer(exchange, 429, Map.of("reason", "too many requests"));
            }
            case TIMEOUT -> {
                perform(exchange, kind, order, cents);
                // The money has moved; the answer comes when nobody waits for it any more.
                LATE.execute(exchange::close);
            }
            case NONE -> perform(exchange, kind, order, cents).send();
        }
    }

    /** An answer not yet given. */
    @FunctionalInterface
    private interface Answer {
        void send() throws IOException;
    }

    private Answer perform(HttpExchange exchange, Kind kind, String order, long cents) throws IOException {
        Optional<String> key = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
        try {
            LedgerEntry done =
                    kind == Kind.CHARGE ? accounts.charge(key, order, cents) : accounts.refund(key, order, cents);
            if (done.kind() == Kind.DECLINE) {
                return () -> answer(exchange, 402, Map.of("reason", "card declined"));
            }
            return () -> answer(exchange, 201, Map.of("receipt", done.receipt()));
        } catch (KeyReusedException e) {
            return () -> answer(exchange, 409, Map.of("reason", String.valueOf(e.getMessage())));
        }
    }

    private static void answer(HttpExchange exchange, int status, Map<String, String> body) throws IOException {
        byte[] bytes = JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        http.stop(0);
        handlers.shutdownNow();
    }
}
