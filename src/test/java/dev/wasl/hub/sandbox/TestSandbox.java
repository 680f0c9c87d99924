package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.wasl.hub.SteeredClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A sandbox on free ports, and a hub that only writes down what it is sent. */
final class TestSandbox implements AutoCloseable {

    static final String KEY = "demo-bosta-key";
    static final String STRIPE_SECRET = "whsec_demo_portal";
    static final String TWILIO_SID = "AC00000000000000000000000000000001";
    static final String TWILIO_TOKEN = "demo-twilio-token";
    static final String PHONE_ID = "106540352242922";
    static final String META_TOKEN = "demo-whatsapp-token";
    static final String META_SECRET = "demo-whatsapp-app-secret";
    static final String PAYSTACK_KEY = "sk_test_demo";

    /** What the hub got. */
    record Received(String method, String target, Map<String, String> headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return Json.read(body);
        }
    }

    final SteeredClock clock = new SteeredClock(Instant.parse("2026-11-20T10:00:00Z"));
    final List<Received> received = new CopyOnWriteArrayList<>();
    final Sandbox sandbox;
    volatile int hubStatus = 202;
    volatile String hubAnswer = "";
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService hubThreads = Executors.newCachedThreadPool(Threads.named("test-hub"));
    private final HttpServer hub;

    TestSandbox() {
        this(settings(200, null, new SandboxSettings.Bosta(0.0, null, Duration.ofSeconds(20), 0)));
    }

    TestSandbox(SandboxSettings settings) {
        this(settings, accounts());
    }

    TestSandbox(SandboxSettings settings, Accounts accounts) {
        sandbox = new Sandbox(settings, port -> accounts, clock);
        try {
            hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        hub.setExecutor(hubThreads);
        hub.createContext("/", exchange -> {
            Map<String, String> headers = new HashMap<>();
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(), values.get(0)));
            byte[] body = exchange.getRequestBody().readAllBytes();
            received.add(new Received(
                    exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers, body));
            byte[] answer = hubAnswer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(hubStatus, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        hub.start();
    }

    static SandboxSettings settings(int deliveries, @Nullable Path directory, SandboxSettings.Bosta bosta) {
        return settings(
                deliveries, directory, bosta, new SandboxSettings.Messages(0, 0, 0, 0, Duration.ofMillis(20), true));
    }

    static SandboxSettings settings(
            int deliveries, @Nullable Path directory, SandboxSettings.Bosta bosta, SandboxSettings.Messages messages) {
        return settings(
                deliveries,
                directory,
                bosta,
                messages,
                new SandboxSettings.Webhooks(0, 0, 0, Duration.ofMillis(200), Duration.ofMillis(20)));
    }

    static SandboxSettings settings(
            int deliveries,
            @Nullable Path directory,
            SandboxSettings.Bosta bosta,
            SandboxSettings.Messages messages,
            SandboxSettings.Webhooks webhooks) {
        return new SandboxSettings(true, 0, 0, 7, deliveries, 0, directory, 100, bosta, webhooks, messages);
    }

    static SandboxSettings.Bosta unlimited() {
        return new SandboxSettings.Bosta(0.0, null, Duration.ofSeconds(20), 0);
    }

    static Accounts accounts() {
        return new Accounts(
                new TreeMap<>(Map.of(
                        "hvar",
                        new Accounts.Bosta("here", KEY, 0.75, 3, "X-Bosta-Key", List.of("demo-bosta-webhook")))),
                new TreeMap<>(Map.of("portal", new Accounts.Stripe(List.of(STRIPE_SECRET)))),
                new TreeMap<>(Map.of("hvar", new Accounts.Twilio("here", TWILIO_SID, List.of(TWILIO_TOKEN)))),
                new TreeMap<>(Map.of(
                        "hvar", new Accounts.Whatsapp("here", PHONE_ID, META_TOKEN, List.of(META_SECRET), "verify"))),
                new TreeMap<>(Map.of("portal", "EGP")),
                Map.of(
                        "paystack",
                        Map.of("phoneshop", Accounts.Gateway.of("phoneshop", Map.of("secret-keys[0]", PAYSTACK_KEY)))));
    }

    /** Lets the sandbox know the hub, and so begins its story. */
    void meetHub() {
        sandbox.hubIsAt("http://127.0.0.1:" + hub.getAddress().getPort());
    }

    String url(String path) {
        return "http://127.0.0.1:" + sandbox.port() + path;
    }

    HttpResponse<String> get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    HttpResponse<String> post(String path, String body, String... headers) {
        return send(request(path, headers).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** A search with a good key; the {@code data} of the answer. */
    JsonNode search(String body) {
        HttpResponse<String> answer = post("/api/v2/deliveries/search", body, "Authorization", KEY);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return json(answer).path("data");
    }

    HttpResponse<String> detail(String trackingNumber) {
        return get("/api/v2/deliveries/business/" + trackingNumber, "Authorization", KEY);
    }

    JsonNode control(String path, String body) {
        return json(post("/_sandbox/" + path, body));
    }

    static JsonNode json(HttpResponse<String> answer) {
        return Json.read(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url(path))).timeout(Duration.ofSeconds(20));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    @Override
    public void close() {
        sandbox.close();
        hub.stop(0);
        hubThreads.shutdownNow();
    }
}
