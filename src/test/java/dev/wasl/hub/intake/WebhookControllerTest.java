package dev.wasl.hub.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.asyncDispatch;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.request;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.journal.Arrival;
import dev.wasl.hub.journal.RejectedRequests;
import dev.wasl.hub.tenant.Tenants;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.MvcResult;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.util.unit.DataSize;

class WebhookControllerTest {

    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    private final RecordingWriter writer = new RecordingWriter();
    private final FakeWebhook webhook = new FakeWebhook();
    private final RejectedRequests rejected = mock(RejectedRequests.class);
    private final MockMvc mvc = MockMvcBuilders.standaloneSetup(new WebhookController(
                    List.of(webhook),
                    tenants(),
                    writer,
                    rejected,
                    new IntakeProperties(DataSize.ofBytes(1_000), Duration.ofSeconds(2)),
                    new SimpleMeterRegistry(),
                    Clock.fixed(NOW, ZoneOffset.UTC),
                    "https://hub.example/"))
            .build();

    @Test
    void answers_only_after_the_message_is_stored_and_stores_the_exact_bytes() throws Exception {
        byte[] body = {'{', (byte) 0xd8, (byte) 0xa7, '}', '\r', '\n', 0, (byte) 0xff};

        MvcResult waiting = mvc.perform(post("/webhooks/portal/fake?n=1")
                        .content(body)
                        .contentType("text/plain;charset=iso-8859-1")
                        .header("X-Kept", "yes")
                        .header("Authorization", "secret"))
                .andExpect(request().asyncStarted())
                .andReturn();
        assertThat(waiting.getRequest().getAsyncContext()).isNotNull();
        assertThat(writer.stored).singleElement().satisfies(future -> assertThat(future)
                .isNotDone());
        writer.confirm();

        mvc.perform(asyncDispatch(waiting)).andExpect(status().isAccepted());
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
        MvcResult waiting =
                mvc.perform(post("/webhooks/portal/fake").content("{}")).andReturn();
        writer.fail();

        mvc.perform(asyncDispatch(waiting))
                .andExpect(status().isServiceUnavailable())
                .andExpect(jsonPath("$.code").value(ErrorCode.STORE_UNAVAILABLE.id()));
    }

    @Test
    void refuses_what_is_not_proved_and_keeps_it_visible() throws Exception {
        webhook.verdict = Verdict.BAD_SIGNATURE;

        MvcResult result = mvc.perform(post("/webhooks/portal/fake").content("{\"forged\":1}"))
                .andReturn();
        mvc.perform(asyncDispatch(result))
                .andExpect(status().isUnauthorized())
                .andExpect(jsonPath("$.code").value(ErrorCode.BAD_SIGNATURE.id()));

        assertThat(writer.messages).isEmpty();
        verify(rejected)
                .record(argThat(arrival ->
                        arrival.outcome() == Arrival.Outcome.REJECTED && "BAD_SIGNATURE".equals(arrival.reason())));
    }

    @Test
    void a_missing_secret_refuses_with_503_and_never_skips_the_check() throws Exception {
        webhook.verdict = Verdict.UNKNOWN_SECRET;

        MvcResult result =
                mvc.perform(post("/webhooks/portal/fake").content("{}")).andReturn();

        mvc.perform(asyncDispatch(result)).andExpect(status().isServiceUnavailable());
        assertThat(writer.messages).isEmpty();
    }

    @Test
    void refuses_a_body_above_the_limit_with_413() throws Exception {
        MvcResult result = mvc.perform(post("/webhooks/portal/fake").content(new byte[1_001]))
                .andReturn();

        mvc.perform(asyncDispatch(result)).andExpect(status().isPayloadTooLarge());
        assertThat(writer.messages).isEmpty();
    }

    @Test
    void refuses_an_encoded_body_with_415() throws Exception {
        MvcResult result = mvc.perform(
                        post("/webhooks/portal/fake").content("x").header("Content-Encoding", "gzip"))
                .andReturn();

        mvc.perform(asyncDispatch(result)).andExpect(status().isUnsupportedMediaType());
    }

    @Test
    void unknown_tenants_and_connectors_that_a_tenant_has_not_configured_are_404() throws Exception {
        for (String path : List.of("/webhooks/nobody/fake", "/webhooks/portal/other", "/webhooks/empty/fake")) {
            MvcResult result = mvc.perform(post(path).content("{}")).andReturn();
            mvc.perform(asyncDispatch(result)).andExpect(status().isNotFound());
        }
        assertThat(writer.messages).isEmpty();
    }

    @Test
    void answers_a_handshake_as_the_provider_wants_it() throws Exception {
        webhook.handshake = new Webhook.Answer(200, "text/plain", "1158201444");

        mvc.perform(get("/webhooks/portal/fake"))
                .andExpect(status().isOk())
                .andExpect(content().string("1158201444"));
        webhook.handshake = null;
        mvc.perform(get("/webhooks/portal/fake")).andExpect(status().isMethodNotAllowed());
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

        @Override
        public String connector() {
            return "fake";
        }

        @Override
        public Verdict verify(WebhookRequest request) {
            seen = request;
            return verdict;
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
