package dev.wasl.hub.sandbox;

import static dev.wasl.hub.sandbox.TestSandbox.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BostaApiTest {

    private static final Pattern JAVASCRIPT_DATE = Pattern.compile(
            "(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} \\d{2} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT\\+0000 \\(Coordinated Universal Time\\)");
    private static final Pattern ISO = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z");

    private static TestSandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = new TestSandbox(TestSandbox.settings(2_500, null, TestSandbox.unlimited()));
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @Test
    void takes_the_raw_key_only() {
        String path = "/api/v2/deliveries/search";

        HttpResponse<String> raw = sandbox.post(path, "{}", "Authorization", TestSandbox.KEY);
        HttpResponse<String> bearer = sandbox.post(path, "{}", "Authorization", "Bearer " + TestSandbox.KEY);
        HttpResponse<String> none = sandbox.post(path, "{}");

        assertThat(raw.statusCode()).isEqualTo(200);
        assertThat(bearer.statusCode()).isEqualTo(401);
        assertThat(json(bearer).path("errorCode").asInt()).isEqualTo(1028);
        assertThat(json(bearer).path("success").asBoolean(true)).isFalse();
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(json(none).path("errorCode").asInt()).isEqualTo(1007);
    }

    @Test
    void counts_nothing_and_starts_pages_at_one() {
        JsonNode first = sandbox.search("{\"page\":1,\"limit\":50}");
        JsonNode last = sandbox.search("{\"page\":50,\"limit\":50}");
        JsonNode beyond = sandbox.search("{\"page\":51,\"limit\":50}");

        assertThat(first.path("count").isTextual()).isTrue();
        assertThat(first.path("count").asText()).isEqualTo("0");
        assertThat(first.path("deliveries")).hasSize(50);
        assertThat(last.path("deliveries")).hasSize(50);
        assertThat(beyond.path("deliveries")).isEmpty();
        assertThat(sandbox.post("/api/v2/deliveries/search", "{\"page\":0}", "Authorization", TestSandbox.KEY)
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void refuses_pages_of_more_than_200_rows() {
        assertThat(sandbox.search("{\"limit\":200}").path("deliveries")).hasSize(200);

        HttpResponse<String> more =
                sandbox.post("/api/v2/deliveries/search", "{\"limit\":201}", "Authorization", TestSandbox.KEY);

        assertThat(more.statusCode()).isEqualTo(400);
        assertThat(json(more).path("errorCode").asInt()).isEqualTo(777);
    }

    @Test
    void shows_every_delivery_once_while_nothing_happens() {
        for (String order : List.of("-updatedAt", "-createdAt")) {
            Set<String> seen = new HashSet<>();
            List<String> times = new ArrayList<>();
            for (int page = 1; page <= 13; page++) {
                sandbox.search(String.format(Locale.ROOT, "{\"page\":%d,\"limit\":200,\"sortBy\":\"%s\"}", page, order))
                        .path("deliveries")
                        .forEach(row -> {
                            seen.add(row.path("trackingNumber").asText());
                            times.add(row.path(order.substring(1)).asText());
                        });
            }
            assertThat(seen).hasSize(2_500);
            assertThat(times).hasSize(2_500).isSortedAccordingTo((a, b) -> b.compareTo(a));
        }
    }

    @Test
    void moves_rows_between_pages_when_the_story_goes_on() {
        try (TestSandbox own = new TestSandbox()) {
            String page = "{\"page\":%d,\"limit\":20,\"sortBy\":\"-updatedAt\"}";
            List<String> first = trackingNumbers(own.search(String.format(Locale.ROOT, page, 1)));
            JsonNode moved = own.control("story", "{\"play\":40}");
            List<String> second = trackingNumbers(own.search(String.format(Locale.ROOT, page, 2)));
            List<String> firstAgain = trackingNumbers(own.search(String.format(Locale.ROOT, page, 1)));

            assertThat(moved.path("events").asInt()).isEqualTo(40);
            assertThat(firstAgain).isNotEqualTo(first);
            assertThat(second).containsAnyElementsOf(first);
        }
    }

    @Test
    void writes_dates_in_two_ways() {
        JsonNode row = sandbox.search("{\"limit\":1}").path("deliveries").path(0);
        JsonNode detail = data(sandbox.detail(row.path("trackingNumber").asText()));

        assertThat(row.path("createdAt").asText()).matches(ISO);
        assertThat(detail.path("createdAt").asText()).matches(JAVASCRIPT_DATE);
        assertThat(detail.path("updatedAt").asText()).matches(JAVASCRIPT_DATE);
        assertThat(Json.iso(detail.path("creationTimestamp").asLong()))
                .isEqualTo(row.path("createdAt").asText());
        assertThat(detail.path("scheduledAt").asText()).matches(ISO);
    }

    @Test
    void tells_less_in_a_search_and_in_other_words() {
        JsonNode row = rows("{\"stateCodes\":[\"24\"],\"limit\":1}").get(0);
        JsonNode detail = data(sandbox.detail(row.path("trackingNumber").asText()));

        assertThat(row.path("state").path("code").asInt()).isEqualTo(24);
        assertThat(detail.path("state").path("code").asInt()).isEqualTo(24);
        assertThat(row.path("state").path("value").asText())
                .isNotEqualTo(detail.path("state").path("value").asText());
        assertThat(row.has("wallet")).isFalse();
        assertThat(row.has("log")).isFalse();
        assertThat(row.has("timeline")).isFalse();
        assertThat(detail.has("log")).isTrue();
        assertThat(detail.path("timeline")).isNotEmpty();
        assertThat(detail.path("receiver").path("phone").asText()).matches("\\+201\\d{9}");
        assertThat(row.path("dropOffAddress").path("city").path("nameAr").asText())
                .isNotEmpty();
    }

    @Test
    void filters_by_type_state_number_and_phone_however_it_is_written() {
        JsonNode exchange = rows("{\"type\":[\"EXCHANGE\"],\"limit\":1}").get(0);
        String number = exchange.path("trackingNumber").asText();
        String phone = exchange.path("receiver").path("phone").asText();

        assertThat(rows("{\"type\":\"EXCHANGE\",\"limit\":200}"))
                .isNotEmpty()
                .allMatch(row -> row.path("type").path("code").asInt() == 30);
        assertThat(rows("{\"type\":[\"RTO\"],\"stateCodes\":[46],\"limit\":200}"))
                .isNotEmpty()
                .allMatch(row -> row.path("type").path("code").asInt() == 20
                        && row.path("state").path("code").asInt() == 46);
        assertThat(rows("{\"trackingNumbers\":\"" + number + ",1\"}")).containsExactly(exchange);
        for (String form :
                List.of("[\"" + phone + "\"]", "\"0" + phone.substring(3) + "\"", "\"" + phone.substring(3) + "\"")) {
            assertThat(rows("{\"mobilePhones\":" + form + "}")).contains(exchange);
        }
        assertThat(rows("{\"mobilePhones\":\"0100\"}")).isEmpty();
    }

    @Test
    void finds_deliveries_that_have_no_detail() {
        HttpResponse<String> unknown = sandbox.detail("1");
        List<String> ghosts = new ArrayList<>();
        String all = "{\"page\":%d,\"limit\":200}";
        for (int page = 1; page <= 13; page++) {
            for (JsonNode row :
                    sandbox.search(String.format(Locale.ROOT, all, page)).path("deliveries")) {
                String number = row.path("trackingNumber").asText();
                if (sandbox.detail(number).statusCode() == 404) {
                    ghosts.add(number);
                }
            }
        }

        assertThat(json(unknown).path("errorCode").asInt()).isEqualTo(1066);
        assertThat(ghosts).hasSize(3);
    }

    @Test
    void settles_in_decimal_strings_and_leaves_unsettled_wallets_empty() {
        JsonNode settled = details("{\"type\":\"SEND\",\"stateCodes\":[45],\"limit\":200}").stream()
                .filter(detail -> detail.at("/wallet/cashCycle").isObject())
                .findFirst()
                .orElseThrow();
        JsonNode open = details("{\"stateCodes\":[24],\"limit\":1}").get(0);

        JsonNode cycle = settled.at("/wallet/cashCycle");
        assertThat(cycle.path("cod").asText()).matches("\\d+\\.\\d{2}");
        assertThat(cycle.path("bosta_fees").isTextual()).isTrue();
        assertThat(cycle.path("deposited_amt").isNumber()).isTrue();
        assertThat(cycle.path("deposited_amt").decimalValue())
                .isEqualByComparingTo(new java.math.BigDecimal(cycle.path("cod").asText())
                        .subtract(new java.math.BigDecimal(
                                cycle.path("bosta_fees").asText())));
        assertThat(open.at("/wallet/cashCycle").isNull()).isTrue();
    }

    @Test
    void has_what_is_rare() {
        List<JsonNode> all = new ArrayList<>();
        for (int page = 1; page <= 13; page++) {
            all.addAll(details(String.format(Locale.ROOT, "{\"page\":%d,\"limit\":200}", page)));
        }

        assertThat(all)
                .anyMatch(d -> d.path("type").path("code").asInt() == 25
                        && d.path("cod").asLong() < 0);
        assertThat(all)
                .as("a detail does not say whether the order crosses a border")
                .noneMatch(d -> d.has("orderLocation"))
                .anyMatch(d -> d.at("/state/value").asText().equals("Cleared from Customs")
                        || d.at("/state/code").asInt() == 60);
        assertThat(all)
                .anyMatch(d -> d.path("receiver").path("secondPhone").asText().startsWith("01"));
        assertThat(all)
                .anyMatch(d -> d.path("receiver").path("lastName").asText().equals("-"));
        assertThat(all).anyMatch(d -> !d.has("businessReference"));
        assertThat(all).anyMatch(d -> d.has("lastMileKpi"));
        assertThat(all)
                .anyMatch(d ->
                        d.path("attemptsCount").asInt() != d.path("attempts").size());
        assertThat(all).anyMatch(d -> StreamSupport.stream(d.path("log").spliterator(), false)
                .anyMatch(entry -> entry.at("/actionsList/state_code/after").asInt() == 106));
        assertThat(all)
                .anyMatch(d -> d.path("type").path("code").asInt() == 15
                        && d.path("state").path("code").asInt() == 45);
        assertThat(all)
                .anyMatch(d -> d.path("type").path("code").asInt() == 35
                        && d.path("state").path("code").asInt() == 46);
        assertThat(all)
                .anyMatch(d -> d.path("type").path("code").asInt() == 30
                        && d.path("parcels").has("crp"));
        long finished = all.stream()
                .filter(d -> Set.of(45, 46, 49, 48, 60, 100, 101, 104)
                        .contains(d.path("state").path("code").asInt()))
                .count();
        assertThat(finished).isGreaterThan(all.size() * 6L / 10);
    }

    @Test
    void blocks_everybody_behind_an_address_that_goes_too_fast() {
        SandboxSettings.Bosta strict = new SandboxSettings.Bosta(1.0, 5.0, Duration.ofSeconds(285), 0);
        try (TestSandbox own = new TestSandbox(TestSandbox.settings(50, null, strict))) {
            for (int i = 0; i < 5; i++) {
                own.search("{\"limit\":1}");
            }
            boolean header = false;
            boolean without = false;
            for (int i = 0; i < 4; i++) {
                HttpResponse<String> refused =
                        own.post("/api/v2/deliveries/search", "{}", "Authorization", TestSandbox.KEY);
                assertThat(refused.statusCode()).isEqualTo(429);
                assertThat(json(refused).path("errorCode").asInt()).isEqualTo(429);
                assertThat(json(refused).path("retryAfter").asInt()).isEqualTo(285);
                boolean there = refused.headers().firstValue("Retry-After").isPresent();
                header |= there;
                without |= !there;
            }
            assertThat(header).isTrue();
            assertThat(without).isTrue();

            own.clock.advance(Duration.ofSeconds(284));
            assertThat(own.post("/api/v2/deliveries/search", "{}", "Authorization", TestSandbox.KEY)
                            .statusCode())
                    .isEqualTo(429);
            own.clock.advance(Duration.ofSeconds(1));
            assertThat(own.search("{\"limit\":1}").path("deliveries")).hasSize(1);
        }
    }

    @Test
    void limits_a_little_above_what_the_tenants_allow_themselves() {
        SandboxSettings.Bosta usual = new SandboxSettings.Bosta(null, null, Duration.ofSeconds(20), 0);
        try (TestSandbox own = new TestSandbox(TestSandbox.settings(50, null, usual))) {
            for (int i = 0; i < 30; i++) {
                own.search("{\"limit\":1}");
                own.clock.advance(Duration.ofMillis(1_334));
            }
            List<Integer> hasty = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                hasty.add(own.post("/api/v2/deliveries/search", "{}", "Authorization", TestSandbox.KEY)
                        .statusCode());
            }
            assertThat(hasty).containsExactly(200, 200, 200, 200, 200, 429);
        }
    }

    @Test
    void says_ok_and_means_failure_now_and_then() {
        SandboxSettings.Bosta moody = new SandboxSettings.Bosta(0.0, null, Duration.ofSeconds(20), 100);
        try (TestSandbox own = new TestSandbox(TestSandbox.settings(50, null, moody))) {
            int failures = 0;
            for (int i = 0; i < 200; i++) {
                HttpResponse<String> answer =
                        own.post("/api/v2/deliveries/search", "{\"limit\":1}", "Authorization", TestSandbox.KEY);
                assertThat(answer.statusCode()).isEqualTo(200);
                failures += json(answer).path("success").asBoolean(true) ? 0 : 1;
            }
            assertThat(failures).isBetween(5, 50);
        }
    }

    @Test
    void lists_cities_without_a_key() {
        JsonNode list = json(sandbox.get("/api/v2/cities")).at("/data/list");

        assertThat(list).hasSizeGreaterThan(5);
        assertThat(list.path(0).path("code").asText()).matches("EG-\\d{2}");
    }

    private static List<JsonNode> rows(String query) {
        List<JsonNode> rows = new ArrayList<>();
        sandbox.search(query).path("deliveries").forEach(rows::add);
        return rows;
    }

    private static List<JsonNode> details(String query) {
        return rows(query).stream()
                .map(row -> sandbox.detail(row.path("trackingNumber").asText()))
                .filter(answer -> answer.statusCode() == 200)
                .map(BostaApiTest::data)
                .toList();
    }

    private static JsonNode data(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        return json(answer).path("data");
    }

    private static List<String> trackingNumbers(JsonNode data) {
        List<String> numbers = new ArrayList<>();
        data.path("deliveries")
                .forEach(row -> numbers.add(row.path("trackingNumber").asText()));
        return numbers;
    }
}
