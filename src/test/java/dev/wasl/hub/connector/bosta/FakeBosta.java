package dev.wasl.hub.connector.bosta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Bosta as far as polling sees it, with deliveries that change while somebody pages through them. */
final class FakeBosta implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter JAVASCRIPT = DateTimeFormatter.ofPattern(
                    "EEE MMM dd yyyy HH:mm:ss 'GMT+0000 (Coordinated Universal Time)'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final List<Parcel> parcels = new ArrayList<>();
    private final ConcurrentLinkedQueue<Canned> canned = new ConcurrentLinkedQueue<>();
    private final Set<String> notFound = ConcurrentHashMap.newKeySet();
    private final AtomicInteger numbers = new AtomicInteger(90_000_000);

    final List<Call> calls = new CopyOnWriteArrayList<>();
    volatile Runnable beforeSearch = () -> {};
    volatile int largestPage = 1500;
    /** A limit that is refused as Bosta refuses what does not validate; 0 when none is. */
    volatile int refusedLimit;

    private volatile @Nullable String dripping;
    private final CountDownLatch closed = new CountDownLatch(1);
    volatile String shape = "{\"success\":true,\"data\":{\"deliveries\":%s,\"count\":\"0\"}}";

    FakeBosta() throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/api/v2/deliveries/search", this::search);
        server.createContext("/api/v2/deliveries/business/", this::detail);
        server.start();
    }

    record Parcel(String id, String number, Instant createdAt, Instant updatedAt, int state) {

        /** As the search lists it. */
        String json() {
            return json(createdAt.toString(), updatedAt.toString(), "");
        }

        /** As it is when asked for alone: its own times as JavaScript writes them, without milliseconds. */
        String detail() {
            return json(
                    JAVASCRIPT.format(createdAt),
                    JAVASCRIPT.format(updatedAt),
                    ",\"creationTimestamp\":" + createdAt.toEpochMilli());
        }

        private String json(String created, String updated, String more) {
            return "{\"_id\":\"" + id + "\",\"trackingNumber\":\"" + number + "\",\"state\":{\"code\":" + state
                    + ",\"value\":\"x\"},\"cod\":100.50,\"receiver\":{\"fullName\":\"عميل\"},\"createdAt\":\""
                    + created + "\",\"updatedAt\":\"" + updated + "\"" + more + "}";
        }
    }

    record Call(
            String path,
            Map<String, List<String>> headers,
            @Nullable JsonNode body) {

        @Nullable
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .map(entry -> String.join(",", entry.getValue()))
                    .findFirst()
                    .orElse(null);
        }
    }

    private record Canned(String path, int status, @Nullable String retryAfter, byte[] body, int claimedLength) {}

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    synchronized Parcel add(Instant createdAt) {
        int number = numbers.incrementAndGet();
        Parcel parcel = new Parcel("id" + number, String.valueOf(number), createdAt, createdAt, 10);
        parcels.add(parcel);
        return parcel;
    }

    /** Changes the delivery at a place in the order of creation. */
    synchronized Parcel change(int index, int state, Instant at) {
        Parcel old = parcels.get(index);
        Parcel changed = new Parcel(old.id(), old.number(), old.createdAt(), at, state);
        parcels.set(index, changed);
        return changed;
    }

    synchronized List<Parcel> all() {
        return List.copyOf(parcels);
    }

    /** Answers the next call to a path (its beginning) in this way; in the order they are given. */
    void answerNext(String path, int status, @Nullable String retryAfter, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        canned.add(new Canned(path, status, retryAfter, bytes, bytes.length));
    }

    /** Answers the next call with a body that breaks off. */
    void breakNext(String path, String body, int claimedLength) {
        canned.add(new Canned(path, 200, null, body.getBytes(StandardCharsets.UTF_8), claimedLength));
    }

    /** Answers the next calls to a path with a body that comes a byte at a time and never ends. */
    void drip(String path) {
        dripping = path;
    }

    void loseDetail(String number) {
        notFound.add(number);
    }

    void findDetail(String number) {
        notFound.remove(number);
    }

    long count(String path) {
        return calls.stream().filter(call -> call.path().startsWith(path)).count();
    }

    private void search(HttpExchange exchange) throws IOException {
        JsonNode body = JSON.readTree(exchange.getRequestBody());
        calls.add(new Call(exchange.getRequestURI().getPath(), Map.copyOf(exchange.getRequestHeaders()), body));
        beforeSearch.run();
        if (answeredAsTold(exchange)) {
            return;
        }
        if (body.get("limit").asInt() == refusedLimit) {
            send(exchange, 400, "{\"success\":false,\"message\":\"Validation error\",\"errorCode\":777}");
            return;
        }
        int limit = Math.min(body.get("limit").asInt(), largestPage);
        int page = body.get("page").asInt();
        Comparator<Parcel> order = "-createdAt".equals(body.get("sortBy").asText())
                ? Comparator.comparing(Parcel::createdAt)
                : Comparator.comparing(Parcel::updatedAt);
        StringBuilder rows = new StringBuilder("[");
        synchronized (this) {
            parcels.stream()
                    .sorted(order.thenComparing(Parcel::id).reversed())
                    .skip((long) (page - 1) * limit)
                    .limit(limit)
                    .forEach(parcel -> rows.append(rows.length() > 1 ? "," : "").append(parcel.json()));
        }
        send(exchange, 200, shape.formatted(rows.append("]")));
    }

    private void detail(HttpExchange exchange) throws IOException {
        calls.add(new Call(exchange.getRequestURI().getPath(), Map.copyOf(exchange.getRequestHeaders()), null));
        if (answeredAsTold(exchange)) {
            return;
        }
        String path = exchange.getRequestURI().getPath();
        String number = path.substring(path.lastIndexOf('/') + 1);
        Parcel found;
        synchronized (this) {
            found = parcels.stream()
                    .filter(parcel -> parcel.number().equals(number))
                    .findFirst()
                    .orElse(null);
        }
        if (found == null || notFound.contains(number)) {
            send(
                    exchange,
                    404,
                    "{\"success\":false,\"message\":\"Delivery not found\",\"errorCode\":1066,\"data\":null}");
        } else {
            send(exchange, 200, "{\"success\":true,\"data\":" + found.detail() + "}");
        }
    }

    private boolean answeredAsTold(HttpExchange exchange) throws IOException {
        if (dripping != null && exchange.getRequestURI().getPath().startsWith(dripping)) {
            exchange.sendResponseHeaders(200, 0);
            try {
                while (!closed.await(50, TimeUnit.MILLISECONDS)) {
                    exchange.getResponseBody().write(' ');
                    exchange.getResponseBody().flush();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        }
        Canned told = canned.peek();
        if (told == null || !exchange.getRequestURI().getPath().startsWith(told.path())) {
            return false;
        }
        canned.remove();
        if (told.retryAfter() != null) {
            exchange.getResponseHeaders().set("Retry-After", told.retryAfter());
        }
        exchange.sendResponseHeaders(told.status(), told.claimedLength() == 0 ? -1 : told.claimedLength());
        exchange.getResponseBody().write(told.body());
        exchange.close();
        return true;
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
