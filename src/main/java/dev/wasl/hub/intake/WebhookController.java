package dev.wasl.hub.intake;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.journal.Arrival;
import dev.wasl.hub.journal.Arrival.Outcome;
import dev.wasl.hub.journal.RejectedRequests;
import dev.wasl.hub.tenant.Tenants;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

/**
 * Where gateways call. Reads the bytes once, proves them, stores them, and answers 2xx when they are on disk; nothing
 * else happens before the answer.
 */
@RestController
class WebhookController {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookController.class);
    private static final int MAX_KEPT_HEADER = 1_024;

    private final Map<String, Webhook> webhooks;
    private final Tenants tenants;
    private final MessageWriter writer;
    private final RejectedRequests rejected;
    private final IntakeProperties properties;
    private final MeterRegistry meters;
    private final Clock clock;
    private final String publicUrl;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();

    WebhookController(
            List<Webhook> webhooks,
            Tenants tenants,
            MessageWriter writer,
            RejectedRequests rejected,
            IntakeProperties properties,
            MeterRegistry meters,
            Clock clock,
            @Value("${wasl.public-url}") String publicUrl) {
        this.webhooks = webhooks.stream().collect(Collectors.toMap(Webhook::connector, Function.identity()));
        this.tenants = tenants;
        this.writer = writer;
        this.rejected = rejected;
        this.properties = properties;
        this.meters = meters;
        this.clock = clock;
        this.publicUrl = publicUrl.endsWith("/") ? publicUrl.substring(0, publicUrl.length() - 1) : publicUrl;
    }

    @GetMapping("/webhooks/{tenant}/{connector}")
    ResponseEntity<?> handshake(
            @PathVariable("tenant") String tenant,
            @PathVariable("connector") String connector,
            HttpServletRequest http) {
        Webhook webhook = webhook(tenant, connector);
        Webhook.Answer answer = webhook == null
                ? null
                : webhook.handshake(request(tenant, connector, http, new byte[0], clock.instant()));
        if (webhook == null) {
            return unknown();
        }
        return answer == null
                ? ResponseEntity.status(HttpStatus.METHOD_NOT_ALLOWED).build()
                : answered(answer);
    }

    @PostMapping("/webhooks/{tenant}/{connector}")
    DeferredResult<ResponseEntity<?>> receive(
            @PathVariable("tenant") String tenant, @PathVariable("connector") String connector, HttpServletRequest http)
            throws IOException {
        DeferredResult<ResponseEntity<?>> result = new DeferredResult<>(
                properties.timeout().toMillis(),
                () -> problem(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        ErrorCode.STORE_UNAVAILABLE,
                        "not stored in time; send it again"));
        Webhook webhook = webhook(tenant, connector);
        if (webhook == null) {
            result.setResult(unknown());
            return result;
        }
        String encoding = http.getHeader("Content-Encoding");
        if (encoding != null && !"identity".equalsIgnoreCase(encoding)) {
            result.setResult(problem(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    ErrorCode.UNSUPPORTED_ENCODING,
                    "a body must come as it was signed, without Content-Encoding"));
            return result;
        }
        byte[] body = body(http);
        if (body == null) {
            result.setResult(problem(
                    HttpStatus.PAYLOAD_TOO_LARGE,
                    ErrorCode.BODY_TOO_LARGE,
                    "more than " + properties.maxBody().toBytes() + " bytes"));
            return result;
        }
        Instant now = clock.instant();
        WebhookRequest request = request(tenant, connector, http, body, now);
        Verdict verdict = webhook.verify(request);
        count(tenant, connector, verdict);
        if (verdict != Verdict.VALID) {
            reject(request, http.getContentType(), verdict);
            result.setResult(refusal(verdict));
            return result;
        }
        InboundMessage message = new InboundMessage(
                ReceiptIds.next(now),
                webhook.messageId(request),
                tenant,
                connector,
                InboundMessage.Kind.WEBHOOK,
                now,
                http.getContentType() == null ? "" : http.getContentType(),
                kept(webhook.keptHeaders(), request),
                body);
        writer.write(message)
                .whenComplete((nothing, failure) ->
                        result.setResult(failure == null ? answered(webhook.accepted()) : notStored(message, failure)));
        return result;
    }

    /** The connector's part, if the tenant configured it. */
    private @Nullable Webhook webhook(String tenant, String connector) {
        boolean configured = tenants.find(tenant)
                .map(known -> known.connectors().contains(connector))
                .orElse(false);
        return configured ? webhooks.get(connector) : null;
    }

    /** The exact bytes, or null when there are too many. */
    private byte @Nullable [] body(HttpServletRequest http) throws IOException {
        int limit = Math.toIntExact(properties.maxBody().toBytes());
        byte[] body = http.getInputStream().readNBytes(limit + 1);
        return body.length > limit ? null : body;
    }

    private WebhookRequest request(String tenant, String connector, HttpServletRequest http, byte[] body, Instant now) {
        Map<String, List<String>> headers = new HashMap<>();
        for (String name : Collections.list(http.getHeaderNames())) {
            headers.put(name.toLowerCase(Locale.ROOT), Collections.list(http.getHeaders(name)));
        }
        String query = http.getQueryString();
        String url = publicUrl + http.getRequestURI() + (query == null ? "" : '?' + query);
        return new WebhookRequest(tenant, connector, url, query, headers, body, now);
    }

    private static Map<String, String> kept(Set<String> names, WebhookRequest request) {
        Map<String, String> kept = new HashMap<>();
        for (String name : names) {
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

    private void count(String tenant, String connector, Verdict verdict) {
        counters.computeIfAbsent(tenant + '/' + connector + '/' + verdict, key -> Counter.builder("wasl.intake")
                        .description("Requests to webhook addresses by verdict")
                        .tag("tenant", tenant)
                        .tag("connector", connector)
                        .tag("verdict", verdict.name())
                        .register(meters))
                .increment();
    }

    private static ResponseEntity<?> refusal(Verdict verdict) {
        return switch (verdict) {
            case UNKNOWN_SECRET ->
                problem(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        ErrorCode.SECRET_MISSING,
                        "no secret is configured for this address");
            case STALE -> problem(HttpStatus.UNAUTHORIZED, ErrorCode.STALE_SIGNATURE, "signed too long ago");
            case UNSIGNED -> problem(HttpStatus.UNAUTHORIZED, ErrorCode.UNSIGNED, "a signature is missing");
            case MALFORMED ->
                problem(HttpStatus.BAD_REQUEST, ErrorCode.MALFORMED_REQUEST, "the signature cannot be read");
            default -> problem(HttpStatus.UNAUTHORIZED, ErrorCode.BAD_SIGNATURE, "the signature does not match");
        };
    }

    private static ResponseEntity<?> notStored(InboundMessage message, Throwable failure) {
        LOG.warn("A message of {}/{} was not stored: {}", message.tenant(), message.connector(), failure.getMessage());
        ErrorCode code = failure instanceof HubException known ? known.code() : ErrorCode.STORE_UNAVAILABLE;
        return problem(HttpStatus.SERVICE_UNAVAILABLE, code, "not stored; send it again");
    }

    private static ResponseEntity<?> unknown() {
        return problem(HttpStatus.NOT_FOUND, ErrorCode.UNKNOWN_CONNECTOR, "nobody listens at this address");
    }

    private static ResponseEntity<?> answered(Webhook.Answer answer) {
        ResponseEntity.BodyBuilder builder = ResponseEntity.status(answer.status());
        if (answer.body() == null) {
            return builder.build();
        }
        return builder.header("Content-Type", answer.contentType())
                .header("X-Content-Type-Options", "nosniff")
                .body(answer.body());
    }

    private static ResponseEntity<?> problem(HttpStatus status, ErrorCode code, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setProperty("code", code.id());
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
