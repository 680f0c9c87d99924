package dev.wasl.hub.sandbox;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries webhooks to the hub as badly as the internet does: some twice, some late, some never. */
final class WebhookSender {

    /**
     * What became of a webhook.
     *
     * @param outcome delivered, failed, lost or unsent
     * @param status the hub's answer to the last try, 0 when there was none
     */
    record Sent(
            Instant at,
            String connector,
            String tenant,
            String event,
            String subject,
            String outcome,
            int status,
            int tries,
            String body) {}

    private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);
    private static final int MOST_ANSWER = 65_536;
    private static final int MOST_WAITING = 20_000;
    private static final long AFTER_THE_NEXT = 300;

    private final SandboxSettings.Webhooks chaos;
    private final long seed;
    private final Clock clock;
    private final ScheduledThreadPoolExecutor later;
    private final CloseableHttpClient client;
    private final AtomicLong number = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<String, Hook> held = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final Ring<Sent> sent;
    private volatile @Nullable String hub;

    WebhookSender(SandboxSettings.Webhooks chaos, long seed, int kept, Clock clock, ScheduledThreadPoolExecutor later) {
        this.chaos = chaos;
        this.seed = seed;
        this.clock = clock;
        this.later = later;
        this.sent = new Ring<>(kept);
        this.client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnPerRoute(16)
                        .setMaxConnTotal(16)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.ofSeconds(5))
                                .setSocketTimeout(Timeout.ofSeconds(15))
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(Timeout.ofSeconds(15))
                        .build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .build();
    }

    /** Tells where the hub is, {@code http://127.0.0.1:8080}; until then nothing is sent. */
    void hubIsAt(String baseUrl) {
        hub = baseUrl;
    }

    @Nullable
    String hub() {
        return hub;
    }

    /** How many by connector and outcome; {@code duplicated} and {@code reordered} count beside the outcomes. */
    Map<String, Long> counts() {
        Map<String, Long> all = new TreeMap<>();
        counts.forEach((key, count) -> all.put(key, count.sum()));
        return all;
    }

    /** Webhooks, or repetitions of them, that are still to be sent. */
    int waiting() {
        return waiting.get();
    }

    List<Sent> recent() {
        return sent.newestFirst();
    }

    /** Sends a webhook after a delay in milliseconds, with what may happen on the way. */
    void send(Hook hook, long delay) {
        Dice dice = Dice.at(seed, 40, number.incrementAndGet());
        if (dice.percent(chaos.lost())) {
            finish(hook, "lost", 0, 0);
            return;
        }
        boolean twice = dice.percent(chaos.duplicated());
        Hook earlier = held.remove(hook.subject());
        if (earlier == null && dice.percent(chaos.reordered())) {
            held.put(hook.subject(), hook);
            count(hook, "reordered");
            schedule(() -> release(hook), delay + chaos.reorderDelay().toMillis());
            return;
        }
        schedule(() -> post(hook, 1), delay);
        if (twice) {
            count(hook, "duplicated");
            schedule(() -> post(hook, 1), delay + dice.between(100, 2_000));
        }
        if (earlier != null) {
            schedule(() -> post(earlier, 1), delay + AFTER_THE_NEXT);
        }
    }

    /**
     * Sends a webhook at once on the calling thread, when it has to arrive before something else.
     *
     * @return the hub's status to the first try, 0 when there was no answer
     */
    int sendNow(Hook hook) {
        return post(hook, 1);
    }

    /** Loses a webhook. */
    void lose(Hook hook) {
        finish(hook, "lost", 0, 0);
    }

    void close() {
        try {
            client.close();
        } catch (IOException e) {
            LOG.debug("Closing the sandbox's HTTP client failed.", e);
        }
    }

    private void release(Hook hook) {
        if (held.remove(hook.subject(), hook)) {
            post(hook, 1);
        }
    }

    private int post(Hook hook, int attempt) {
        String base = hub;
        if (base == null) {
            finish(hook, "unsent", 0, attempt);
            return 0;
        }
        int status = 0;
        try {
            HttpUriRequestBase request = new HttpUriRequestBase(hook.method(), URI.create(base + hook.path()));
            hook.proof().apply(hook.body()).forEach(request::setHeader);
            request.setEntity(new ByteArrayEntity(hook.body(), ContentType.parse(hook.contentType())));
            status = client.execute(request, response -> {
                HttpEntity entity = response.getEntity();
                String answer = entity == null ? "" : EntityUtils.toString(entity, MOST_ANSWER);
                hook.heard().answer(response.getCode(), answer);
                return response.getCode();
            });
        } catch (IOException | IllegalArgumentException e) {
            LOG.debug("The hub did not take a webhook of the sandbox.", e);
        }
        if (status / 100 == 2) {
            finish(hook, "delivered", status, attempt);
        } else if (attempt < hook.tries()) {
            count(hook, "repeated");
            schedule(() -> post(hook, attempt + 1), chaos.retryDelay().toMillis() << (attempt - 1));
        } else {
            finish(hook, "failed", status, attempt);
        }
        return status;
    }

    private void finish(Hook hook, String outcome, int status, int tries) {
        count(hook, outcome);
        sent.add(new Sent(
                clock.instant(),
                hook.connector(),
                hook.tenant(),
                hook.event(),
                hook.subject(),
                outcome,
                status,
                tries,
                new String(hook.body(), java.nio.charset.StandardCharsets.UTF_8)));
    }

    private void count(Hook hook, String what) {
        counts.computeIfAbsent(hook.connector() + ' ' + what, key -> new LongAdder())
                .increment();
    }

    private void schedule(Runnable task, long delay) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            LOG.warn("The sandbox dropped a webhook: {} are waiting.", MOST_WAITING);
            return;
        }
        Runnable counted = () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.warn("The sandbox failed at a webhook.", e);
            } finally {
                waiting.decrementAndGet();
            }
        };
        try {
            var unused = later.schedule(counted, delay, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            waiting.decrementAndGet();
            LOG.debug("The sandbox is stopping and sends no more webhooks.");
        }
    }
}
