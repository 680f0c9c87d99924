package dev.wasl.hub.connector.bosta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.connector.RequestBudget.Priority;
import dev.wasl.hub.connector.bosta.BostaClient.Order;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class BostaClientTest {

    private static final String SEARCH = "/api/v2/deliveries/search";
    private static final String DETAIL = "/api/v2/deliveries/business/";

    private BostaBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new BostaBench();
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void sends_the_key_as_it_is_and_asks_for_one_page() throws Exception {
        bench.apiKey = "k(e)y&x=%20/+==";
        bench.deliveries(3);

        BostaAnswers.Page page = bench.client().search(Order.LAST_CREATED_FIRST, 1, 2, Priority.POLL);

        assertThat(page.deliveries()).hasSize(2);
        assertThat(page.total()).isNull();
        FakeBosta.Call call = bench.bosta.calls.get(0);
        assertThat(call.header("Authorization")).isEqualTo("k(e)y&x=%20/+==");
        assertThat(call.header("X-Requested-By")).isEqualTo("wasl-hub");
        assertThat(call.header("Content-Type")).isEqualTo("application/json");
        assertThat(call.body()).hasToString("{\"stateCodes\":[],\"limit\":2,\"page\":1,\"sortBy\":\"-createdAt\"}");
    }

    @Test
    void fetches_a_detail_by_its_digits_and_refuses_to_put_anything_else_into_a_path() {
        FakeBosta.Parcel parcel = bench.bosta.add(BostaBench.NOW);
        BostaClient client = bench.client();

        assertThat(client.delivery(parcel.number()).get("_id").asText()).isEqualTo(parcel.id());
        assertThat(bench.bosta.calls.get(0).header("trackingNumber")).isNull();
        for (String evil : List.of("1/../../users", "1?x=1", "٣٤", "", "12 34", "1%2f2")) {
            assertThatThrownBy(() -> client.delivery(evil)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(bench.bosta.calls).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"success\":true,\"data\":{\"deliveries\":%s,\"count\":\"0\"}}",
                "{\"deliveries\":%s,\"count\":0}",
                "{\"success\":true,\"data\":%s}",
                "{\"data\":{\"data\":%s}}",
                "{\"data\":{\"data\":{\"deliveries\":%s}}}",
                "{\"list\":%s}",
                "{\"data\":{\"list\":%s}}",
                "%s"
            })
    void finds_the_list_wherever_it_hides(String shape) throws Exception {
        bench.deliveries(2);
        bench.bosta.shape = shape;

        assertThat(bench.client()
                        .search(Order.LAST_CHANGED_FIRST, 1, 10, Priority.POLL)
                        .deliveries())
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "200 | {\"success\":false,\"errorCode\":1028,\"message\":\"Invalid API key\"} | CONNECTOR_REFUSED",
                "200 | {\"success\":false,\"errorCode\":\"1007\"}                              | CONNECTOR_REFUSED",
                "200 | {\"success\":false,\"code\":1000}                                       | CONNECTOR_UNREACHABLE",
                "200 | {\"success\":false}                                                     | CONNECTOR_UNREACHABLE",
                "200 | {\"success\":\"false\",\"errorCode\":1066}                              | CONNECTOR_NOT_FOUND",
                "200 | {\"success\":false,\"errorCode\":\"429\"}                               | CONNECTOR_THROTTLED",
                "200 | {\"success\":true,\"data\":{}}                                          | CONNECTOR_ANSWER_UNREADABLE",
                "200 | <html>maintenance</html>                                               | CONNECTOR_ANSWER_UNREADABLE",
                "200 | {\"data\":[{\"_id\":                                                    | CONNECTOR_ANSWER_UNREADABLE",
                "200 | {\"data\":[],\"data\":[]}                                               | CONNECTOR_ANSWER_UNREADABLE",
                "200 | {\"success\":false,\"errorCode\":777}                                   | CONNECTOR_REFUSED",
                "401 | -                                                                      | CONNECTOR_REFUSED",
                "403 | {\"success\":false,\"errorCode\":1008}                                  | CONNECTOR_REFUSED",
                "400 | {\"success\":false,\"errorCode\":777}                                   | CONNECTOR_REFUSED",
                "404 | <html/>                                                                | CONNECTOR_REFUSED",
                "405 | -                                                                      | CONNECTOR_REFUSED",
                "302 | -                                                                      | CONNECTOR_UNREACHABLE",
                "408 | -                                                                      | CONNECTOR_UNREACHABLE",
                "500 | {\"success\":false,\"errorCode\":1000}                                  | CONNECTOR_UNREACHABLE",
                "502 | <html>bad gateway</html>                                               | CONNECTOR_UNREACHABLE",
                "503 | -                                                                      | CONNECTOR_UNREACHABLE",
                "429 | -                                                                      | CONNECTOR_THROTTLED",
            })
    void tells_failures_apart(int status, String body, ErrorCode expected) {
        bench.bosta.answerNext(SEARCH, status, null, body == null ? "" : body.strip());
        BostaClient client = bench.client();

        BostaException failure = failure(() -> client.search(Order.LAST_CHANGED_FIRST, 1, 10, Priority.POLL));

        assertThat(failure.code()).isEqualTo(expected);
        assertThat(bench.bosta.calls)
                .as("one call, never repeated by the HTTP client")
                .hasSize(1);
    }

    @Test
    void a_page_of_null_is_empty_but_a_null_in_place_of_everything_is_not_the_end_of_a_list() throws Exception {
        bench.bosta.shape = "{\"success\":true,\"data\":{\"deliveries\":null,\"count\":\"0\"}}";
        assertThat(bench.client()
                        .search(Order.LAST_CHANGED_FIRST, 1, 10, Priority.POLL)
                        .deliveries())
                .isEmpty();

        bench.bosta.shape = "{\"success\":true,\"data\":null}";
        assertThat(failure(() -> bench.client().search(Order.LAST_CHANGED_FIRST, 1, 10, Priority.POLL))
                        .code())
                .isEqualTo(ErrorCode.CONNECTOR_ANSWER_UNREADABLE);
    }

    @Test
    void an_unavailable_server_that_says_when_to_come_back_is_left_alone_until_then() {
        bench.requestsPerSecond = 10;
        bench.bosta.answerNext(DETAIL, 503, "120", "<html>maintenance</html>");
        BostaClient client = bench.client();

        assertThat(failure(() -> client.delivery("1")).code()).isEqualTo(ErrorCode.CONNECTOR_UNREACHABLE);

        assertThat(client.budget().blockedUntil())
                .isEqualTo(bench.clock.instant().plusSeconds(120));
        assertThat(client.budget().view().rate())
                .as("it was not called too often")
                .isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "200 | {\"success\":false,\"errorCode\":1028}   | true  | true",
                "200 | {\"success\":false,\"errorCode\":\"1007\"} | true  | true",
                "401 | -                                    | true  | true",
                "400 | {\"success\":false,\"code\":1028}        | true  | true",
                "403 | -                                    | true  | false",
                "403 | {\"success\":false,\"errorCode\":1008}   | true  | false",
                "400 | {\"success\":false,\"errorCode\":1010}   | true  | false",
                "400 | {\"success\":false,\"errorCode\":777}    | false | false",
                "200 | {\"success\":false,\"errorCode\":777}    | false | false",
                "405 | -                                    | false | false",
                "302 | -                                    | false | false",
            })
    void only_what_is_about_the_key_or_the_account_stops_the_other_calls(
            int status, String body, boolean bySearch, boolean byDetail) {
        bench.bosta.answerNext(SEARCH, status, null, body == null ? "" : body);
        BostaClient searching = bench.client();
        failure(() -> searching.search(Order.LAST_CHANGED_FIRST, 1, 10, Priority.POLL));
        bench.bosta.answerNext(DETAIL, status, null, body == null ? "" : body);
        BostaClient asking = bench.client();
        failure(() -> asking.delivery("1"));

        assertThat(searching.refusal() != null).as("after a search").isEqualTo(bySearch);
        assertThat(asking.refusal() != null).as("after a detail").isEqualTo(byDetail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-                             | {\"success\":false,\"errorCode\":429,\"retryAfter\":285}   | 285",
                "-                             | {\"success\":false,\"errorCode\":429,\"retryAfter\":\"7\"} | 7",
                "120                           | -                                                          | 120",
                "30                            | {\"retryAfter\":285}                                       | 285",
                "400                           | {\"retryAfter\":2}                                         | 400",
                "Sat, 10 Jan 2026 12:10:00 GMT | -                                                          | 600",
                "soon                          | <html/>                                                    | 60"
            })
    void waits_as_long_as_the_server_says_in_header_or_body(String header, String body, long seconds) {
        bench.bosta.answerNext(DETAIL, 429, header, body == null ? "" : body);

        BostaException failure = failure(() -> bench.client().delivery("90000001"));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONNECTOR_THROTTLED);
        assertThat(bench.budget().blockedUntil()).isEqualTo(BostaBench.NOW.plusSeconds(seconds));
    }

    @Test
    void a_detail_that_is_not_there_is_not_found() {
        bench.bosta.answerNext(DETAIL, 404, null, "{\"success\":false,\"errorCode\":1066}");
        bench.bosta.answerNext(DETAIL, 200, null, "{\"success\":true,\"data\":null}");
        BostaClient client = bench.client();

        assertThat(failure(() -> client.delivery("1")).code()).isEqualTo(ErrorCode.CONNECTOR_NOT_FOUND);
        assertThat(failure(() -> client.delivery("1")).code()).isEqualTo(ErrorCode.CONNECTOR_NOT_FOUND);
        assertThat(client.takeCounts().inconsistent()).isEqualTo(2);
    }

    @Test
    void reads_a_detail_bare_or_wrapped() {
        bench.bosta.answerNext(DETAIL, 200, null, "{\"_id\":\"a\",\"trackingNumber\":1}");
        bench.bosta.answerNext(DETAIL, 200, null, "{\"data\":{\"data\":{\"_id\":\"b\"}}}");
        bench.bosta.answerNext(DETAIL, 200, null, "{\"success\":true,\"data\":[{\"_id\":\"c\"}]}");
        BostaClient client = bench.client();

        assertThat(client.delivery("1").get("_id").asText()).isEqualTo("a");
        assertThat(client.delivery("1").get("_id").asText()).isEqualTo("b");
        assertThat(client.delivery("1").get("_id").asText()).isEqualTo("c");
    }

    @Test
    void an_answer_that_breaks_off_or_never_comes_is_no_answer() throws Exception {
        bench.responseTimeout = Duration.ofMillis(200);
        bench.bosta.breakNext(DETAIL, "{\"_id\":", 5000);
        assertThat(failure(() -> bench.client().delivery("1")).code()).isEqualTo(ErrorCode.CONNECTOR_UNREACHABLE);

        java.util.concurrent.CountDownLatch over = new java.util.concurrent.CountDownLatch(1);
        bench.bosta.beforeSearch = () -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        assertThat(failure(() -> bench.client().search(Order.LAST_CHANGED_FIRST, 1, 1, Priority.POLL))
                        .code())
                .isEqualTo(ErrorCode.CONNECTOR_UNREACHABLE);
        over.countDown();
    }

    @ParameterizedTest
    @ValueSource(strings = {SEARCH, DETAIL})
    @Timeout(30)
    void nobody_waits_for_an_answer_that_drips(String path) {
        bench.connectTimeout = Duration.ofMillis(500);
        bench.responseTimeout = Duration.ofMillis(500);
        bench.bosta.drip(path);
        BostaClient client = bench.client();

        BostaException failure = failure(() -> {
            if (path.equals(SEARCH)) {
                client.search(Order.LAST_CHANGED_FIRST, 1, 1, Priority.POLL);
            } else {
                client.delivery("1");
            }
        });

        assertThat(failure.code()).isEqualTo(ErrorCode.CONNECTOR_UNREACHABLE);
    }

    @Test
    void a_server_that_is_not_there_is_no_answer_and_the_key_is_not_in_the_message() throws Exception {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        bench.apiKey = "very-secret";
        BostaSettings settings = bench.settings();
        try (CamelForTests camel = new CamelForTests()) {
            BostaTransport transport = new BostaTransport(
                    camel.context,
                    camel.template,
                    "x",
                    new BostaSettings(
                            "http://127.0.0.1:" + nobody,
                            settings.apiKey(),
                            0,
                            1,
                            1,
                            1,
                            Duration.ZERO,
                            Duration.ZERO,
                            1,
                            settings.fetchDetails(),
                            1,
                            Duration.ZERO,
                            Duration.ZERO,
                            1,
                            Duration.ZERO,
                            Duration.ZERO,
                            Duration.ZERO,
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(1)));

            BostaException failure = failure(() -> transport.delivery("1"));

            assertThat(failure.code()).isEqualTo(ErrorCode.CONNECTOR_UNREACHABLE);
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                assertThat(cause.toString()).doesNotContain("very-secret");
            }
        }
        assertThat(settings.toString()).doesNotContain("very-secret");
    }

    @Test
    void an_endless_answer_is_cut() {
        String body = "x".repeat((int) BostaHttpClient.LARGEST_ANSWER + 1);
        bench.bosta.answerNext(DETAIL, 200, null, body);

        assertThat(failure(() -> bench.client().delivery("1")).code()).isEqualTo(ErrorCode.CONNECTOR_ANSWER_UNREADABLE);
    }

    @Test
    void rests_after_a_refusal_until_it_is_told_to_try_again() {
        bench.bosta.answerNext(DETAIL, 401, null, "");
        bench.bosta.add(BostaBench.NOW);
        BostaClient client = bench.client();
        failure(() -> client.delivery("1"));
        assertThat(client.mayCall()).isFalse();

        bench.clock.pass(Duration.ofMinutes(16));
        assertThat(client.mayCall()).isTrue();
        bench.clock.pass(Duration.ofMinutes(-10));
        assertThat(client.mayCall()).isFalse();
        client.tryAgain();
        assertThat(client.mayCall()).isTrue();
        client.delivery("90000001");
        assertThat(client.refusal()).isNull();
    }

    @Test
    void a_missing_key_is_a_refusal_that_only_a_setting_ends() {
        bench.apiKey = "  ";
        BostaClient client = bench.client();

        client.tryAgain();

        assertThat(client.mayCall()).isFalse();
        assertThat(client.refusal()).isNotNull();
    }

    private static BostaException failure(ThrowingCallable call) {
        return catchThrowableOfType(BostaException.class, call);
    }
}
