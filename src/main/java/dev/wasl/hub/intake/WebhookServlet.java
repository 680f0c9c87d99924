package dev.wasl.hub.intake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.journal.Arrival;
import dev.wasl.hub.journal.Arrival.Outcome;
import dev.wasl.hub.journal.RejectedRequests;
import dev.wasl.hub.ops.LogContext;
import dev.wasl.hub.tenant.Tenants;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/**
 * Where gateways call: {@code /webhooks/{tenant}/{connector}}. Reads the bytes once, proves them, stores them, and
 * answers 2xx when they are on disk; nothing else happens before the answer.
 *
 * <p>A servlet and no controller: the answer of a controller that waits is dispatched through every filter and the
 * framework a second time, which was more than a third of the work of a request (sampled).
 */
class WebhookServlet extends HttpServlet {

    /** The name that it is registered by. */
    static final String NAME = "webhooks";

    private static final Logger LOG = LoggerFactory.getLogger(WebhookServlet.class);
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final int MAX_KEPT_HEADER = 1_024;
    /** What gateways use; a servlet would answer other methods without a problem. */
    private static final Set<String> SERVED = Set.of("GET", "HEAD", "POST", "PUT");

    private static final Problem UNKNOWN =
            new Problem(404, ErrorCode.UNKNOWN_CONNECTOR, "nobody listens at this address");

    private final Map<String, Webhook> webhooks;
    private final Tenants tenants;
    private final MessageWriter writer;
    private final RejectedRequests rejected;
    private final IntakeProperties properties;
    private final MeterRegistry meters;
    private final Clock clock;
    private final String publicUrl;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Counter> answers = new ConcurrentHashMap<>();

    WebhookServlet(
            List<Webhook> webhooks,
            Tenants tenants,
            MessageWriter writer,
            RejectedRequests rejected,
            IntakeProperties properties,
            MeterRegistry meters,
            Clock clock,
            String publicUrl) {
        this.webhooks = byName(webhooks);
        this.tenants = tenants;
        this.writer = writer;
        this.rejected = rejected;
        this.properties = properties;
        this.meters = meters;
        this.clock = clock;
        this.publicUrl = publicUrl.endsWith("/") ? publicUrl.substring(0, publicUrl.length() - 1) : publicUrl;
    }

    private static Map<String, Webhook> byName(List<Webhook> webhooks) {
        Map<String, Webhook> byName = new HashMap<>();
        for (Webhook webhook : webhooks) {
            Stream.concat(Stream.of(webhook.connector()), webhook.aliases().stream())
                    .forEach(name -> {
                        if (byName.put(name, webhook) != null) {
                            throw new IllegalStateException("two connectors want the address " + name);
                        }
                    });
        }
        return Map.copyOf(byName);
    }

    @Override
    protected void service(HttpServletRequest http, HttpServletResponse response) throws ServletException, IOException {
        if (SERVED.contains(http.getMethod())) {
            super.service(http, response);
            return;
        }
        Webhook webhook = webhook(Address.of(http.getPathInfo()));
        (webhook == null ? UNKNOWN : notAsked(webhook)).write(response);
    }

    @Override
    protected void doGet(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Address address = Address.of(http.getPathInfo());
        Webhook webhook = webhook(address);
        if (webhook == null) {
            UNKNOWN.write(response);
            return;
        }
        Webhook.Answer answer = webhook.handshake(request(webhook, address, http, new byte[0], clock.instant()));
        if (answer == null) {
            notAsked(webhook).write(response);
        } else {
            write(answer, response);
        }
    }

    @Override
    protected void doPost(HttpServletRequest http, HttpServletResponse response) throws IOException {
        receive(http, response);
    }

    @Override
    protected void doPut(HttpServletRequest http, HttpServletResponse response) throws IOException {
        receive(http, response);
    }

    private void receive(HttpServletRequest http, HttpServletResponse response) throws IOException {
        Address address = Address.of(http.getPathInfo());
        Webhook webhook = webhook(address);
        if (webhook == null) {
            UNKNOWN.write(response);
            return;
        }
        if (!webhook.methods().contains(http.getMethod())) {
            notAsked(webhook).write(response);
            return;
        }
        String encoding = http.getHeader("Content-Encoding");
        if (encoding != null && !"identity".equalsIgnoreCase(encoding)) {
            new Problem(
                            415,
                            ErrorCode.UNSUPPORTED_ENCODING,
                            "a body must come as it was signed, without Content-Encoding")
                    .write(response);
            return;
        }
        byte[] body = body(http);
        if (body == null) {
            new Problem(
                            413,
                            ErrorCode.BODY_TOO_LARGE,
                            "more than " + properties.maxBody().toBytes() + " bytes")
                    .write(response);
            return;
        }
        Instant now = clock.instant();
        WebhookRequest request = request(webhook, address, http, body, now);
        LogContext logged = LogContext.tenant(request.tenant());
        try {
            judge(webhook, request, http, response);
        } catch (HubException e) {
            // a connector that compares with a stored payment could not read it: nothing is proved and nothing refuted
            LOG.warn(
                    "A request to {}/{} cannot be judged now: {}",
                    request.tenant(),
                    request.connector(),
                    e.getMessage());
            new Problem(503, ErrorCode.STORE_UNAVAILABLE, "cannot be judged now; send it again").write(response);
            answered(request, 503);
        } finally {
            logged.end();
        }
    }

    private void judge(Webhook webhook, WebhookRequest request, HttpServletRequest http, HttpServletResponse response)
            throws IOException {
        Verdict verdict = webhook.verify(request);
        count(request, verdict);
        if (verdict != Verdict.VALID) {
            reject(request, http.getContentType(), verdict);
            Webhook.Answer answer = webhook.refused(verdict, request);
            if (answer == null) {
                refusal(verdict).write(response);
            } else {
                write(answer, response);
            }
            answered(request, response.getStatus());
            return;
        }
        Map<String, String> notes = webhook.notes(request);
        InboundMessage message = new InboundMessage(
                ReceiptIds.next(request.receivedAt()),
                webhook.messageId(request),
                request.tenant(),
                request.connector(),
                InboundMessage.Kind.WEBHOOK,
                request.receivedAt(),
                http.getContentType() == null ? "" : http.getContentType(),
                kept(webhook, notes, request),
                request.body());
        Webhook.Answer accepted = webhook.accepted(notes);
        Waiting waiting = new Waiting(http.startAsync(), response, accepted, status -> answered(request, status));
        waiting.context.setTimeout(properties.timeout().toMillis());
        waiting.context.addListener(waiting);
        var unused = writer.write(message).whenComplete((nothing, failure) -> {
            if (failure == null) {
                waiting.stored();
            } else {
                notStored(message, failure);
                waiting.notStored("not stored; send it again");
            }
        });
    }

    private static void notStored(InboundMessage message, Throwable failure) {
        LogContext logged = LogContext.message(message.tenant(), message.messageId());
        try {
            LOG.warn(
                    "A message of {}/{} was not stored: {}",
                    message.tenant(),
                    message.connector(),
                    failure.getMessage());
        } finally {
            logged.end();
        }
    }

    /** The connector's part, if the tenant configured it. */
    private @Nullable Webhook webhook(Address address) {
        Webhook webhook = webhooks.get(address.connector);
        if (webhook == null || !(address.rest.isEmpty() || webhook.hasSubaddresses())) {
            return null;
        }
        boolean configured = tenants.find(address.tenant)
                .map(known -> known.connectors().contains(webhook.connector()))
                .orElse(false);
        return configured ? webhook : null;
    }

    /** The exact bytes, or null when there are too many. */
    private byte @Nullable [] body(HttpServletRequest http) throws IOException {
        int limit = Math.toIntExact(properties.maxBody().toBytes());
        byte[] body = http.getInputStream().readNBytes(limit + 1);
        return body.length > limit ? null : body;
    }

    private static Problem notAsked(Webhook webhook) {
        return new Problem(
                405,
                ErrorCode.MALFORMED_REQUEST,
                "nothing is asked for here; send with "
                        + webhook.methods().stream().sorted().collect(Collectors.joining(" or ")));
    }

    private WebhookRequest request(
            Webhook webhook, Address address, HttpServletRequest http, byte[] body, Instant now) {
        Map<String, List<String>> headers = new HashMap<>();
        for (String name : Collections.list(http.getHeaderNames())) {
            headers.put(name.toLowerCase(Locale.ROOT), Collections.list(http.getHeaders(name)));
        }
        String query = http.getQueryString();
        String url = publicUrl + http.getRequestURI() + (query == null ? "" : '?' + query);
        return new WebhookRequest(
                address.tenant, webhook.connector(), http.getMethod(), address.rest, url, query, headers, body, now);
    }

    private static Map<String, String> kept(Webhook webhook, Map<String, String> notes, WebhookRequest request) {
        Map<String, String> kept = new HashMap<>(notes);
        for (String name : webhook.keptHeaders()) {
            List<String> values = request.header(name);
            if (!values.isEmpty() && values.get(0).length() <= MAX_KEPT_HEADER) {
                kept.put(name, values.get(0));
            }
        }
        if (request.rawQuery() != null && request.rawQuery().length() <= MAX_KEPT_HEADER) {
            kept.put("query", request.rawQuery());
        }
        return kept;
    }

    private void reject(WebhookRequest request, @Nullable String contentType, Verdict verdict) {
        UUID receipt = ReceiptIds.next(request.receivedAt());
        LOG.debug("Refused a request to {}/{}: {}", request.tenant(), request.connector(), verdict);
        rejected.record(new Arrival(
                receipt,
                receipt.toString(),
                request.tenant(),
                request.connector(),
                InboundMessage.Kind.WEBHOOK.name(),
                request.receivedAt(),
                contentType,
                Map.of(),
                request.body(),
                Outcome.REJECTED,
                verdict.name(),
                List.of(),
                Set.of()));
    }

    private void count(WebhookRequest request, Verdict verdict) {
        counters.computeIfAbsent(request.tenant() + '/' + request.connector() + '/' + verdict, key -> Counter.builder(
                                "wasl.intake")
                        .description("Requests to webhook addresses by verdict")
                        .tag("tenant", request.tenant())
                        .tag("connector", request.connector())
                        .tag("verdict", verdict.name())
                        .register(meters))
                .increment();
    }

    /** Counts what a gateway was told; the observation of other requests sees nothing of these ({@link WebhookValve}). */
    private void answered(WebhookRequest request, int status) {
        answers.computeIfAbsent(request.tenant() + '/' + request.connector() + '/' + status, key -> Counter.builder(
                                "wasl.intake.answers")
                        .description("Answers to requests to webhook addresses by status")
                        .tag("tenant", request.tenant())
                        .tag("connector", request.connector())
                        .tag("status", String.valueOf(status))
                        .register(meters))
                .increment();
    }

    private static Problem refusal(Verdict verdict) {
        return switch (verdict) {
            case UNKNOWN_SECRET ->
                new Problem(503, ErrorCode.SECRET_MISSING, "no secret is configured for this address");
            case STALE -> new Problem(401, ErrorCode.STALE_SIGNATURE, "signed too long ago");
            case UNSIGNED -> new Problem(401, ErrorCode.UNSIGNED, "a signature is missing");
            case MALFORMED -> new Problem(400, ErrorCode.MALFORMED_REQUEST, "the signature cannot be read");
            default -> new Problem(401, ErrorCode.BAD_SIGNATURE, "the signature does not match");
        };
    }

    private static void write(Webhook.Answer answer, HttpServletResponse response) throws IOException {
        response.setStatus(answer.status());
        if (answer.body() != null) {
            response.setContentType(answer.contentType());
            response.setHeader("X-Content-Type-Options", "nosniff");
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }

    /** Which tenant and connector a path means, and what follows; empty names, which nobody has, when it means none. */
    private record Address(String tenant, String connector, String rest) {

        private static final Address NONE = new Address("", "", "");

        static Address of(@Nullable String path) {
            if (path == null) {
                return NONE;
            }
            int slash = path.indexOf('/', 1);
            if (slash < 2) {
                return NONE;
            }
            int end = path.indexOf('/', slash + 1);
            return end < 0
                    ? new Address(path.substring(1, slash), path.substring(slash + 1), "")
                    : new Address(path.substring(1, slash), path.substring(slash + 1, end), path.substring(end + 1));
        }
    }

    /** A refusal as RFC 9457 has it. */
    private record Problem(int status, ErrorCode code, String detail) {

        void write(HttpServletResponse response) throws IOException {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("type", "urn:wasl:error:" + code.id());
            members.put("title", HttpStatus.valueOf(status).getReasonPhrase());
            members.put("status", status);
            members.put("detail", detail);
            members.put("code", code.id());
            byte[] body = JSON.writeValueAsBytes(members);
            response.setStatus(status);
            response.setContentType("application/problem+json");
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }

    /** A gateway that waits for the disk; it is answered once, by whoever comes first: the writer or the clock. */
    private static final class Waiting implements AsyncListener {

        private final AsyncContext context;
        private final HttpServletResponse response;
        private final Webhook.Answer accepted;
        private final IntConsumer counted;
        private final AtomicBoolean answered = new AtomicBoolean();

        Waiting(AsyncContext context, HttpServletResponse response, Webhook.Answer accepted, IntConsumer counted) {
            this.context = context;
            this.response = response;
            this.accepted = accepted;
            this.counted = counted;
        }

        void stored() {
            answer(accepted.status(), () -> WebhookServlet.write(accepted, response));
        }

        void notStored(String detail) {
            answer(503, () -> new Problem(503, ErrorCode.STORE_UNAVAILABLE, detail).write(response));
        }

        private void answer(int status, Writing writing) {
            if (!answered.compareAndSet(false, true)) {
                return;
            }
            counted.accept(status);
            try {
                writing.write();
            } catch (IOException | RuntimeException e) {
                LOG.debug("A gateway hung up before it was answered", e);
            } finally {
                context.complete();
            }
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            notStored("not stored in time; send it again");
        }

        @Override
        public void onError(AsyncEvent event) {
            // the gateway is gone; what it sent is stored or not, and it will send it again
            answered.set(true);
        }

        @Override
        public void onComplete(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }

    private interface Writing {
        void write() throws IOException;
    }
}
