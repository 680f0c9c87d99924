package dev.wasl.hub.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.journal.Arrival;
import dev.wasl.hub.journal.RejectedRequests;
import dev.wasl.hub.tenant.Tenants;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.AsyncEvent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.util.unit.DataSize;

class WebhookServletTest {

    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    private final RecordingWriter writer = new RecordingWriter();
    private final FakeWebhook webhook = new FakeWebhook();
    private final RejectedRequests rejected = mock(RejectedRequests.class);
    private final MockHttpServletResponse response = new MockHttpServletResponse();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final WebhookServlet servlet = new WebhookServlet(
            List.of(webhook),
            tenants(),
            writer,
            rejected,
            new IntakeProperties(DataSize.ofBytes(1_000), Duration.ofSeconds(2)),
            meters,
            Clock.fixed(NOW, ZoneOffset.UTC),
            "https://hub.example/");

    @Test
    void answers_only_after_the_message_is_stored_and_stores_the_exact_bytes() throws Exception {
        byte[] body = {'{', (byte) 0xd8, (byte) 0xa7, '}', '\r', '\n', 0, (byte) 0xff};
        MockHttpServletRequest request = post("/portal/fake", body);
        request.setQueryString("n=1");
        request.setContentType("text/plain;charset=iso-8859-1");
        request.addHeader("X-Kept", "yes");
        request.addHeader("Authorization", "secret");

        servlet.service(request, response);

        assertThat(request.isAsyncStarted()).isTrue();
        assertThat(writer.stored).singleElement().satisfies(future -> assertThat(future)
                .isNotDone());
        writer.confirm();
        assertThat(response.getStatus()).isEqualTo(202);
        assertThat(writer.messages).singleElement().satisfies(message -> {
            assertThat(message.body()).isEqualTo(body);
            assertThat(message.messageId()).isEqualTo("id-8");
            assertThat(message.receivedAt()).isEqualTo(NOW);
            assertThat(message.headers()).containsOnlyKeys("x-kept", "query");
        });
        assertThat(webhook.seen.url()).isEqualTo("https://hub.example/webhooks/portal/fake?n=1");
        verifyNoInteractions(rejected);
    }

    @Test
    void answers_503_when_the_store_did_not_confirm() throws Exception {
        servlet.service(post("/portal/fake", "{}"), response);
        writer.fail();

        assertRefused(503, ErrorCode.STORE_UNAVAILABLE);
    }

    @Test
    void answers_503_when_the_disk_takes_too_long_and_only_once() throws Exception {
        MockHttpServletRequest request = post("/portal/fake", "{}");
        servlet.service(request, response);
        MockAsyncContext context = (MockAsyncContext) request.getAsyncContext();

        context.getListeners().get(0).onTimeout(new AsyncEvent(context));
        writer.confirm();

        assertRefused(503, ErrorCode.STORE_UNAVAILABLE);
    }

    @Test
    void refuses_what_is_not_proved_and_keeps_it_visible() throws Exception {
        webhook.verdict = Verdict.BAD_SIGNATURE;

        servlet.service(post("/portal/fake", "{\"forged\":1}"), response);

        assertRefused(401, ErrorCode.BAD_SIGNATURE);
        assertThat(writer.messages).isEmpty();
        verify(rejected)
                .record(argThat(arrival ->
                        arrival.outcome() == Arrival.Outcome.REJECTED && "BAD_SIGNATURE".equals(arrival.reason())));
    }

    @Test
    void a_missing_secret_refuses_with_503_and_never_skips_the_check() throws Exception {
        webhook.verdict = Verdict.UNKNOWN_SECRET;

        servlet.service(post("/portal/fake", "{}"), response);

        assertRefused(503, ErrorCode.SECRET_MISSING);
        assertThat(writer.messages).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "notes", "accepted"})
    void answers_503_and_stores_nothing_when_a_connector_cannot_look_up_what_it_must(String step) throws Exception {
        webhook.blindAt = step;
        MockHttpServletRequest request = post("/portal/fake", "{}");

        servlet.service(request, response);

        assertRefused(503, ErrorCode.STORE_UNAVAILABLE);
        assertThat(request.isAsyncStarted()).isFalse();
        assertThat(writer.messages).isEmpty();
        verifyNoInteractions(rejected);
    }

    @Test
    void a_connector_that_cannot_look_up_the_payment_now_is_answered_503_and_nothing_is_judged() throws Exception {
        webhook.away = new HubException(ErrorCode.STORE_UNAVAILABLE, "the database is away");

        servlet.service(post("/portal/fake", "{}"), response);

        assertRefused(503, ErrorCode.STORE_UNAVAILABLE);
        assertThat(writer.messages).isEmpty();
        verifyNoInteractions(rejected);
    }

    @Test
    void counts_each_answer_once_by_status() throws Exception {
        MockHttpServletRequest late = post("/portal/fake", "{}");
        servlet.service(late, response);
        MockAsyncContext context = (MockAsyncContext) late.getAsyncContext();
        context.getListeners().get(0).onTimeout(new AsyncEvent(context));
        writer.confirm();
        servlet.service(post("/portal/fake", "{}"), new MockHttpServletResponse());
        writer.confirm();
        webhook.verdict = Verdict.UNKNOWN_SECRET;
        servlet.service(post("/portal/fake", "{}"), new MockHttpServletResponse());
        webhook.verdict = Verdict.BAD_SIGNATURE;
        servlet.service(post("/portal/fake", "{}"), new MockHttpServletResponse());
        webhook.away = new HubException(ErrorCode.STORE_UNAVAILABLE, "the database is away");
        servlet.service(post("/portal/fake", "{}"), new MockHttpServletResponse());

        assertThat(answers("202")).isEqualTo(1);
        assertThat(answers("401")).isEqualTo(1);
        assertThat(answers("503")).isEqualTo(3);
    }

    private double answers(String status) {
        return meters.get("wasl.intake.answers")
                .tags("tenant", "portal", "connector", "fake", "status", status)
                .counter()
                .count();
    }

    @Test
    void refuses_a_body_above_the_limit_with_413() throws Exception {
        servlet.service(post("/portal/fake", new byte[1_001]), response);

        assertRefused(413, ErrorCode.BODY_TOO_LARGE);
        assertThat(writer.messages).isEmpty();
    }

    @Test
    void takes_a_body_at_the_limit() throws Exception {
        servlet.service(post("/portal/fake", new byte[1_000]), response);
        writer.confirm();

        assertThat(response.getStatus()).isEqualTo(202);
    }

    @Test
    void refuses_an_encoded_body_with_415() throws Exception {
        MockHttpServletRequest request = post("/portal/fake", "x");
        request.addHeader("Content-Encoding", "gzip");

        servlet.service(request, response);

        assertRefused(415, ErrorCode.UNSUPPORTED_ENCODING);
    }

    @Test
    void unknown_tenants_connectors_that_a_tenant_has_not_configured_and_odd_paths_are_404() throws Exception {
        for (String path : new String[] {
            "/nobody/fake",
            "/portal/other",
            "/empty/fake",
            "/portal",
            "/portal/",
            "//fake",
            "/",
            "/portal/fake/more",
            null
        }) {
            MockHttpServletResponse answer = new MockHttpServletResponse();
            MockHttpServletRequest request = post("/portal/fake", "{}");
            request.setPathInfo(path);

            servlet.service(request, answer);

            assertThat(answer.getStatus()).as("%s", path).isEqualTo(404);
        }
        assertThat(writer.messages).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"})
    void refuses_methods_that_no_gateway_uses_with_a_problem(String method) throws Exception {
        MockHttpServletRequest request = post("/portal/fake", "{}");
        request.setMethod(method);

        servlet.service(request, response);

        assertRefused(405, ErrorCode.MALFORMED_REQUEST);
        MockHttpServletResponse unknown = new MockHttpServletResponse();
        request.setPathInfo("/nobody/fake");
        servlet.service(request, unknown);
        assertThat(unknown.getStatus()).isEqualTo(404);
    }

    @Test
    void answers_a_handshake_as_the_provider_wants_it() throws Exception {
        webhook.handshake = new Webhook.Answer(200, "text/plain", "1158201444");
        servlet.service(get("/portal/fake"), response);
        assertThat(response.getStatus()).isEqualTo(200);
        assertThat(response.getContentAsString()).isEqualTo("1158201444");
        assertThat(response.getHeader("X-Content-Type-Options")).isEqualTo("nosniff");

        webhook.handshake = null;
        MockHttpServletResponse none = new MockHttpServletResponse();
        servlet.service(get("/portal/fake"), none);
        assertThat(none.getStatus()).isEqualTo(405);
    }

    private void assertRefused(int status, ErrorCode code) throws Exception {
        assertThat(response.getStatus()).isEqualTo(status);
        assertThat(response.getContentType()).isEqualTo("application/problem+json");
        assertThat(response.getContentAsString())
                .contains("\"code\":\"" + code.id() + "\"", "\"type\":\"urn:wasl:error:" + code.id() + "\"");
    }

    private static MockHttpServletRequest get(String path) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/webhooks" + path);
        request.setPathInfo(path);
        return request;
    }

    private static MockHttpServletRequest post(String path, String body) {
        return post(path, body.getBytes(StandardCharsets.UTF_8));
    }

    private static MockHttpServletRequest post(String path, byte[] body) {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/webhooks" + path);
        request.setPathInfo(path);
        request.setContent(body);
        request.setAsyncSupported(true);
        return request;
    }

    private static Tenants tenants() {
        return new Tenants(new MockEnvironment()
                .withProperty("wasl.tenants.portal.connectors.fake.secrets", "x")
                .withProperty("wasl.tenants.empty.name", "Empty"));
    }

    private static final class FakeWebhook implements Webhook {

        Verdict verdict = Verdict.VALID;

        @Nullable
        Answer handshake;

        WebhookRequest seen;
        String blindAt = "";

        private void look(String step) {
            if (blindAt.equals(step)) {
                throw new HubException(ErrorCode.STORE_UNAVAILABLE, "down");
            }
        }

        @Override
        public String connector() {
            return "fake";
        }

        @Nullable
        HubException away;

        @Override
        public Verdict verify(WebhookRequest request) {
            look("verify");
            seen = request;
            if (away != null) {
                throw away;
            }
            return verdict;
        }

        @Override
        public Map<String, String> notes(WebhookRequest request) {
            look("notes");
            return Map.of();
        }

        @Override
        public Answer accepted(Map<String, String> notes) {
            look("accepted");
            return Answer.of(202);
        }

        @Override
        public String messageId(WebhookRequest request) {
            return "id-" + request.body().length;
        }

        @Override
        public Set<String> keptHeaders() {
            return Set.of("x-kept");
        }

        @Override
        public @Nullable Answer handshake(WebhookRequest request) {
            return handshake;
        }
    }

    private static final class RecordingWriter implements MessageWriter {

        final List<InboundMessage> messages = new ArrayList<>();
        final List<CompletableFuture<Void>> stored = new ArrayList<>();

        @Override
        public CompletableFuture<Void> write(InboundMessage message) {
            messages.add(message);
            CompletableFuture<Void> future = new CompletableFuture<>();
            stored.add(future);
            return future;
        }

        @Override
        public void writeAll(List<InboundMessage> more) {
            throw new AssertionError("a webhook is one message");
        }

        void confirm() {
            stored.forEach(future -> future.complete(null));
        }

        void fail() {
            stored.forEach(future -> future.completeExceptionally(new HubException(ErrorCode.STORE_UNAVAILABLE, "no")));
        }
    }
}
