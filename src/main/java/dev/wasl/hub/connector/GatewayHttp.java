package dev.wasl.hub.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.mapping.JsonBodies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The one HTTP client for what the hub asks of gateways. Every request is sent once: no retries, no redirects that would
 * carry credentials elsewhere, no cookies, no compressed answers that grow past the cap. An answer is at most 1 MiB, and
 * a call that drips ends as a whole after twice the time-outs.
 */
@Component
public final class GatewayHttp implements DisposableBean {

    /** The longest answer that is read. */
    public static final int LARGEST_ANSWER = 1024 * 1024;

    private final OutboundSettings settings;
    private final CloseableHttpClient configured;
    private final CloseableHttpClient guarded;
    private final CallDeadlines deadlines = new CallDeadlines("gateway-deadlines");

    @Autowired
    public GatewayHttp(OutboundSettings settings) {
        this(settings, SystemDefaultDnsResolver.INSTANCE);
    }

    GatewayHttp(OutboundSettings settings, DnsResolver resolver) {
        this.settings = settings;
        this.configured = client(settings, resolver);
        this.guarded = settings.allowPrivateAddresses() ? configured : client(settings, new PublicAddresses(resolver));
    }

    private static CloseableHttpClient client(OutboundSettings settings, DnsResolver resolver) {
        Timeout connect = Timeout.of(settings.connectTimeout());
        Timeout response = Timeout.of(settings.responseTimeout());
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(resolver)
                        .setMaxConnTotal(64)
                        .setMaxConnPerRoute(16)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(connect)
                                .setSocketTimeout(response)
                                .setTimeToLive(TimeValue.ofMinutes(2))
                                // a connection that the gateway closed meanwhile would fail a POST that nobody repeats
                                .setValidateAfterInactivity(TimeValue.ofMilliseconds(500))
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(connect)
                        .setResponseTimeout(response)
                        .build())
                .setUserAgent("Wasl")
                .evictExpiredConnections()
                .evictIdleConnections(TimeValue.ofSeconds(20))
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    /**
     * Sends a request to an address that the operator configured.
     *
     * @param alsoAnswers statuses of 400 to 499 that mean something to the caller, 404 for example; they are returned
     * @return an answer of 200 to 299, or one of those
     * @throws RefusedException for every other status below 500 except 429
     * @throws HubException {@code CONNECTOR_UNREACHABLE} without an answer or after 500 and above, {@code
     *     CONNECTOR_THROTTLED} after 429, {@code CONNECTOR_ANSWER_UNREADABLE} when it is too long
     */
    public Answer send(Request request, int... alsoAnswers) {
        return judged(exchange(configured, request, LARGEST_ANSWER, twice(settings)), request, alsoAnswers);
    }

    private static Answer judged(Answer answer, Request request, int... alsoAnswers) {
        int status = answer.status();
        if ((status >= 200 && status < 300) || Arrays.stream(alsoAnswers).anyMatch(also -> also == status)) {
            return answer;
        }
        String said = request.connector + " answered " + status;
        if (status == 429) {
            throw new HubException(ErrorCode.CONNECTOR_THROTTLED, said);
        }
        if (status >= 500 || status == 408) {
            throw new HubException(ErrorCode.CONNECTOR_UNREACHABLE, said);
        }
        throw new RefusedException(request.connector, status, answer.body(), null);
    }

    /**
     * Reads from an address that came with data and that the caller has checked against its own list. The name must lead
     * to the public network unless {@code wasl.outbound.allow-private-addresses} is set.
     *
     * @param largest bytes that are read at most
     * @param patience for all of it
     * @return the bytes of an answer of 200 to 299
     * @throws HubException as {@link #send} does
     */
    public byte[] read(String connector, URI address, int largest, Duration patience) {
        Request request = new Request(connector, "GET", address);
        return judged(exchange(guarded, request, largest, patience), request).body();
    }

    private static Duration twice(OutboundSettings settings) {
        return CallDeadlines.twice(settings.connectTimeout(), settings.responseTimeout());
    }

    private Answer exchange(CloseableHttpClient client, Request request, int largest, Duration patience) {
        HttpUriRequestBase message = new HttpUriRequestBase(request.method, request.uri());
        request.headers.forEach(message::addHeader);
        if (request.body != null) {
            message.setEntity(new ByteArrayEntity(request.body, ContentType.parse(request.contentType)));
        }
        message.setConfig(RequestConfig.custom()
                .setConnectionRequestTimeout(Timeout.of(settings.connectTimeout()))
                .setResponseTimeout(Timeout.of(min(settings.responseTimeout(), patience)))
                .build());
        ScheduledFuture<?> deadline = deadlines.after(message, patience);
        try {
            return client.execute(message, response -> answer(response, largest));
        } catch (TooLongException e) {
            throw new HubException(
                    ErrorCode.CONNECTOR_ANSWER_UNREADABLE,
                    request.connector + "'s answer is longer than " + largest + " bytes");
        } catch (IOException | RuntimeException e) {
            // the class only: the message may hold the address with what was asked
            throw new HubException(
                    ErrorCode.CONNECTOR_UNREACHABLE,
                    "no answer from " + request.connector + " (" + e.getClass().getSimpleName() + ")",
                    e);
        } finally {
            deadline.cancel(false);
        }
    }

    private static Answer answer(ClassicHttpResponse response, int largest) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : response.getHeaders()) {
            headers.putIfAbsent(header.getName().toLowerCase(Locale.ROOT), header.getValue());
        }
        HttpEntity entity = response.getEntity();
        byte[] body = entity == null ? new byte[0] : read(entity, largest);
        return new Answer(response.getCode(), headers, body);
    }

    private static byte[] read(HttpEntity entity, int largest) throws IOException {
        if (entity.getContentLength() > largest) {
            throw new TooLongException();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        try (InputStream in = entity.getContent()) {
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                body.write(part, 0, read);
                if (body.size() > largest) {
                    throw new TooLongException();
                }
            }
        }
        return body.toByteArray();
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    @Override
    public void destroy() throws IOException {
        deadlines.close();
        configured.close();
        guarded.close();
    }

    private static final class TooLongException extends IOException {}

    /**
     * An answer as it came.
     *
     * @param headers lower-case names, the first value of each
     */
    public record Answer(int status, Map<String, String> headers, byte[] body) {

        /**
         * The body as JSON.
         *
         * @throws HubException {@code CONNECTOR_ANSWER_UNREADABLE}
         */
        public JsonNode json() {
            try {
                return JsonBodies.parse(body);
            } catch (HubException e) {
                throw new HubException(ErrorCode.CONNECTOR_ANSWER_UNREADABLE, "the gateway's answer is not JSON", e);
            }
        }

        /** Without the body, which may hold personal data and tokens. */
        @Override
        public String toString() {
            return "Answer[" + status + ", " + body.length + " bytes]";
        }
    }

    /** The gateway said no, and will say so again: {@code CONNECTOR_REFUSED} with what it answered. */
    public static final class RefusedException extends HubException {

        private static final int MOST_OF_A_REASON = 16 * 1024;
        private static final ObjectMapper JSON = JsonMapper.builder().build();

        private final String connector;
        private final int status;
        private final transient byte[] body;

        private RefusedException(String connector, int status, byte[] body, @Nullable Throwable cause) {
            super(ErrorCode.CONNECTOR_REFUSED, connector + " answered " + status + reason(body), cause);
            this.connector = connector;
            this.status = status;
            this.body = body;
        }

        /**
         * The gateway's own word for it, for whoever has to mend it: short, and without numbers or addresses that could be
         * somebody's, because it is logged and kept.
         */
        private static String reason(byte[] body) {
            JsonNode said;
            try {
                said = body.length > MOST_OF_A_REASON ? MissingNode.getInstance() : JSON.readTree(body);
            } catch (IOException e) {
                return "";
            }
            return Stream.of("/message", "/error/message", "/error_description", "/detail", "/description", "/error")
                    .map(said::at)
                    .filter(JsonNode::isTextual)
                    .map(text -> text.textValue()
                            .replaceAll("\\S*@\\S*|\\+?\\d(?:[ -]?\\d){5,}", "…")
                            .replaceAll("\\s+", " "))
                    .map(String::strip)
                    .filter(text -> !text.isEmpty())
                    .map(text -> ": " + (text.length() > 160 ? text.substring(0, 160) + '…' : text))
                    .findFirst()
                    .orElse("");
        }

        /** The HTTP status, 400 to 499, or 300 to 399: redirects are not followed. */
        public int status() {
            return status;
        }

        /** What it answered; may hold personal data, so it belongs into no log. */
        public byte[] body() {
            return body.clone();
        }

        RefusedException again() {
            return new RefusedException(connector, status, body, this);
        }
    }

    /**
     * A request in the making. Segments, query and form values are encoded here, so that no value can leave its place;
     * each method returns the request itself.
     */
    public static final class Request {

        private final String connector;
        private final String method;
        private final URI base;
        private final StringBuilder path = new StringBuilder();
        private final List<String> query = new ArrayList<>();
        private final Map<String, String> headers = new LinkedHashMap<>();
        private byte @Nullable [] body;
        private String contentType = "application/octet-stream";

        private Request(String connector, String method, URI base) {
            this.connector = connector;
            this.method = method;
            this.base = base;
        }

        /**
         * A request that reads.
         *
         * @param baseUrl the configured address, with or without a path of its own
         */
        public static Request get(String connector, String baseUrl) {
            return new Request(connector, "GET", base(connector, baseUrl)).header("Accept", "application/json");
        }

        /** A request that changes something. */
        public static Request post(String connector, String baseUrl) {
            return new Request(connector, "POST", base(connector, baseUrl)).header("Accept", "application/json");
        }

        private static URI base(String connector, String baseUrl) {
            try {
                URI base = URI.create(baseUrl.endsWith("/") ? baseUrl.substring(0, baseUrl.length() - 1) : baseUrl);
                boolean http = "https".equals(base.getScheme()) || "http".equals(base.getScheme());
                if (http && base.getHost() != null && base.getRawQuery() == null && base.getRawFragment() == null) {
                    return base;
                }
            } catch (IllegalArgumentException e) {
                throw new HubException(ErrorCode.CONFIGURATION, connector + ": the base-url is no URL");
            }
            throw new HubException(ErrorCode.CONFIGURATION, connector + ": the base-url is no HTTP address");
        }

        /** Appends segments to the path. */
        public Request path(String... segments) {
            for (String segment : segments) {
                path.append('/').append(encoded(segment).replace("+", "%20"));
            }
            return this;
        }

        /** Appends a query parameter. */
        public Request query(String name, String value) {
            query.add(encoded(name) + '=' + encoded(value));
            return this;
        }

        /** Sets a header. */
        public Request header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        /** Sets {@code Authorization: Bearer}. */
        public Request bearer(String token) {
            return header("Authorization", "Bearer " + token);
        }

        /** Sets {@code Authorization: Basic}. */
        public Request basic(String user, String password) {
            byte[] both = (user + ':' + password).getBytes(StandardCharsets.UTF_8);
            return header("Authorization", "Basic " + Base64.getEncoder().encodeToString(both));
        }

        /** Sets the body, a JSON tree. */
        public Request json(JsonNode json) {
            return body("application/json", json.toString().getBytes(StandardCharsets.UTF_8));
        }

        /** Sets the body, a form; the parameters keep their order. */
        public Request form(Map<String, String> parameters) {
            String form = parameters.entrySet().stream()
                    .map(parameter -> encoded(parameter.getKey()) + '=' + encoded(parameter.getValue()))
                    .collect(Collectors.joining("&"));
            return body("application/x-www-form-urlencoded", form.getBytes(StandardCharsets.US_ASCII));
        }

        /** Sets the body, bytes that must go out exactly as they are. */
        public Request body(String type, byte[] bytes) {
            contentType = type;
            body = bytes;
            return this;
        }

        private URI uri() {
            return query.isEmpty() && path.isEmpty()
                    ? base
                    : URI.create(base + path.toString() + (query.isEmpty() ? "" : "?" + String.join("&", query)));
        }

        private static String encoded(String value) {
            return URLEncoder.encode(value, StandardCharsets.UTF_8);
        }

        /** Method and server only. */
        @Override
        public String toString() {
            return method + ' ' + base;
        }
    }
}
