package dev.wasl.hub.sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server of the sandbox: loopback only, one handler, the provider chosen by path. */
final class SandboxServer {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxServer.class);
    private static final int THREADS = 8;

    static {
        // Without it every answer on a kept connection waits 40 ms for a delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService workers = Executors.newFixedThreadPool(THREADS, Threads.named("sandbox-http"));
    private final ScheduledExecutorService later;
    private final Misbehaviour misbehaviour;
    private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();

    private volatile List<Api> apis = List.of();

    /** Takes the port; answers once {@link #start} was called. */
    SandboxServer(int port, Misbehaviour misbehaviour, ScheduledExecutorService later) {
        this.misbehaviour = misbehaviour;
        this.later = later;
        try {
            this.server = HttpServer.create(new InetSocketAddress(loopback(), port), 128);
        } catch (IOException e) {
            workers.shutdownNow();
            throw new HubException(
                    ErrorCode.CONFIGURATION,
                    "the sandbox cannot listen on port " + port + "; set wasl.sandbox.port (0 = any free port)",
                    e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(workers);
    }

    void start(List<Api> served) {
        apis = List.copyOf(served);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Requests so far, by provider and status. */
    Map<String, Long> requests() {
        Map<String, Long> counts = new TreeMap<>();
        requests.forEach((key, count) -> counts.put(key, count.sum()));
        return counts;
    }

    void stop() {
        server.stop(0);
        workers.shutdownNow();
    }

    /** 127.0.0.1, whichever version of IP the JVM prefers. */
    static InetAddress loopback() throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    private void handle(HttpExchange exchange) throws IOException {
        Request request = Request.of(exchange);
        Reply reply = reply(request);
        if (reply.delay().isZero()) {
            send(exchange, reply);
            return;
        }
        try {
            var unused = later.schedule(
                    () -> workers.execute(() -> send(exchange, reply)),
                    reply.delay().toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            exchange.close();
        }
    }

    private Reply reply(Request request) {
        for (Api api : apis) {
            if (api.serves(request.path())) {
                Reply reply;
                try {
                    reply = misbehaviour.answer(api, request);
                } catch (RuntimeException e) {
                    LOG.warn("The sandbox failed at {} {}.", request.method(), request.path(), e);
                    reply = Reply.text(500, "text/plain", "");
                }
                requests.computeIfAbsent(api.name() + ' ' + reply.status(), key -> new LongAdder())
                        .increment();
                return reply;
            }
        }
        return Reply.json(404, Json.object().put("success", false).put("message", "nothing here"));
    }

    private static void send(HttpExchange exchange, Reply reply) {
        try (exchange) {
            if (reply.ending() == Reply.Ending.NEVER) {
                return;
            }
            byte[] body = reply.body();
            exchange.getResponseHeaders().set("Content-Type", reply.contentType());
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                OutputStream out = exchange.getResponseBody();
                boolean whole = reply.ending() == Reply.Ending.WHOLE;
                out.write(body, 0, whole ? body.length : body.length / 2);
                if (whole) {
                    out.close();
                } else {
                    out.flush();
                }
            }
        } catch (IOException e) {
            LOG.debug("The caller of the sandbox went away.", e);
        }
    }
}
