package dev.wasl.hub.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import dev.wasl.hub.SteeredClock;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.GatewayHttp.Request;
import dev.wasl.hub.connector.GatewayTokens.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class GatewayTokensTest {

    private static final Set<Thread.State> WAITING = Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

    private final SteeredClock clock = new SteeredClock(Instant.parse("2026-11-20T10:00:00Z"));
    private final AtomicInteger logins = new AtomicInteger();
    private final GatewayTokens tokens = new GatewayTokens(clock);

    @Test
    void a_token_is_used_until_shortly_before_its_end_and_per_key() {
        Supplier<Token> login = () -> new Token("t" + logins.incrementAndGet(), Duration.ofSeconds(180));

        assertThat(token("a", login)).isEqualTo("t1");
        clock.advance(Duration.ofSeconds(161));
        assertThat(token("a", login)).isEqualTo("t1");
        assertThat(token("b", login)).isEqualTo("t2");
        clock.advance(Duration.ofSeconds(1));
        assertThat(token("a", login)).isEqualTo("t3");
    }

    @Test
    void a_token_that_was_revoked_is_replaced_once() throws Exception {
        WireMockServer server =
                new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
        server.start();
        GatewayHttp http = new GatewayHttp(new OutboundSettings(false, Duration.ofSeconds(5), Duration.ofSeconds(20)));
        try {
            server.stubFor(WireMock.any(WireMock.anyUrl())
                    .willReturn(WireMock.aResponse().withStatus(401)));
            server.stubFor(WireMock.get("/x")
                    .withHeader("Authorization", WireMock.equalTo("Bearer t2"))
                    .willReturn(WireMock.ok("fine")));
            Supplier<Token> login = () -> new Token("t" + logins.incrementAndGet(), Duration.ofHours(1));
            String base = "http://127.0.0.1:" + server.port();

            byte[] answer = tokens.call("a", login, token -> http.send(
                            Request.get("test", base).path("x").bearer(token))
                    .body());
            assertThat(answer).asString().isEqualTo("fine");
            assertThatThrownBy(() -> tokens.call(
                            "a",
                            login,
                            token -> http.send(
                                    Request.get("test", base).path("y").bearer(token))))
                    .isInstanceOf(GatewayHttp.RefusedException.class);
            assertThat(logins).hasValue(3);
        } finally {
            http.destroy();
            server.stop();
        }
    }

    @Test
    void many_callers_log_in_once_and_share_a_failure() throws Exception {
        List<Thread> callers = new CopyOnWriteArrayList<>();
        CountDownLatch go = new CountDownLatch(1);
        Supplier<Token> failing = () -> {
            await(go);
            logins.incrementAndGet();
            throw new HubException(ErrorCode.CONNECTOR_UNREACHABLE, "down");
        };
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<ErrorCode>> outcomes = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                outcomes.add(threads.submit(() -> {
                    callers.add(Thread.currentThread());
                    try {
                        tokens.call("a", failing, token -> token);
                        return ErrorCode.UNEXPECTED;
                    } catch (HubException e) {
                        return e.code();
                    }
                }));
            }
            // one logs in, the others wait for what comes of it
            Awaitility.await()
                    .until(() -> callers.size() == 8
                            && callers.stream().allMatch(caller -> WAITING.contains(caller.getState())));
            go.countDown();

            for (Future<ErrorCode> outcome : outcomes) {
                assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CONNECTOR_UNREACHABLE);
            }
            assertThat(logins.get())
                    .as("logins; late starters may make one more")
                    .isLessThan(8);
            assertThat(token("a", () -> new Token("later", Duration.ofHours(1))))
                    .isEqualTo("later");
        } finally {
            threads.shutdownNow();
        }
    }

    private String token(String key, Supplier<Token> login) {
        return tokens.call(key, login, token -> token);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
