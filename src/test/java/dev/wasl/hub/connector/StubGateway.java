package dev.wasl.hub.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gateway's API on loopback: answers as it was told, and writes down every call. */
public final class StubGateway implements AutoCloseable {

    /** A call that came. */
    public record Call(String method, String path, Map<String, String> headers, String body) {

        /** The body as a tree. */
        public JsonNode json() {
            try {
                return new ObjectMapper().readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private record Answer(int status, String body) {}

    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    public StubGateway() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    /** Where it listens, without a slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What it answers from now on, with status 0 it hangs up; everything else is 404. */
    public StubGateway answers(String method, String path, int status, String body) {
        answers.put(method + ' ' + path, new Answer(status, body));
        return this;
    }

    /** The calls of one method and path, oldest first. */
    public List<Call> calls(String method, String path) {
        return calls.stream()
                .filter(call -> call.method.equals(method) && call.path.equals(path))
                .toList();
    }

    /** Every call, oldest first. */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /** A client as the hub has it. */
    public static GatewayHttp http() {
        return new GatewayHttp(new OutboundSettings(false, Duration.ofSeconds(3), Duration.ofSeconds(5)));
    }

    private void handle(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String path = exchange.getRequestURI().getRawPath();
        calls.add(new Call(exchange.getRequestMethod(), path, headers, body));
        Answer answer = answers.getOrDefault(exchange.getRequestMethod() + ' ' + path, new Answer(404, "{}"));
        if (answer.status == 0) {
            exchange.close();
            return;
        }
        byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
