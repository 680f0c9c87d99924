package dev.wasl.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class SandboxSpeedTest {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxSpeedTest.class);
    private static final Pattern NUMBER = Pattern.compile("\"trackingNumber\":\"(\\d+)\"");
    private static final int DELIVERIES = 100_000;

    @Test
    void serves_100_000_deliveries_fast_out_of_little_memory() throws Exception {
        long before = usedMemory();
        long start = System.nanoTime();
        try (TestSandbox sandbox = new TestSandbox(TestSandbox.settings(DELIVERIES, null, TestSandbox.unlimited()))) {
            double startSeconds = seconds(start);
            long held = usedMemory() - before;
            HttpClient client = HttpClient.newHttpClient();
            Set<String> seen = new HashSet<>();

            start = System.nanoTime();
            for (int page = 1; page <= DELIVERIES / 200; page++) {
                String body = client.send(
                                request(sandbox, "/api/v2/deliveries/search")
                                        .POST(HttpRequest.BodyPublishers.ofString(String.format(
                                                Locale.ROOT,
                                                "{\"page\":%d,\"limit\":200,\"sortBy\":\"-createdAt\"}",
                                                page)))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
                Matcher numbers = NUMBER.matcher(body);
                while (numbers.find()) {
                    seen.add(numbers.group(1));
                }
            }
            double rows = DELIVERIES / seconds(start);

            start = System.nanoTime();
            int calls = 0;
            for (String number : seen.stream().limit(5_000).toList()) {
                client.send(
                        request(sandbox, "/api/v2/deliveries/business/" + number)
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
                calls++;
            }
            double details = calls / seconds(start);
            LOG.info(
                    "start {} s, {} MB held, {} rows/s by search, {} detail calls/s on one connection",
                    String.format(Locale.ROOT, "%.2f", startSeconds),
                    held >> 20,
                    Math.round(rows),
                    Math.round(details));

            assertThat(seen).hasSize(DELIVERIES);
            assertThat(held).isLessThan(64L << 20);
            // A machine that is busy with other tests reaches a fraction of what a free one does.
            assertThat(rows).isGreaterThan(1_000);
            assertThat(details).isGreaterThan(200);
        }
    }

    private static HttpRequest.Builder request(TestSandbox sandbox, String path) {
        return HttpRequest.newBuilder(URI.create(sandbox.url(path)))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", TestSandbox.KEY);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static long usedMemory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
