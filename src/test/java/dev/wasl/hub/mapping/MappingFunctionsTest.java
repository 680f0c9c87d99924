package dev.wasl.hub.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.schibsted.spt.data.jslt.JsltException;
import com.schibsted.spt.data.jslt.Parser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappingFunctionsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TestFactory
    Stream<DynamicTest> phone_reads_every_vector() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        vectors()
                .get("vectors")
                .forEach(vector ->
                        tests.add(DynamicTest.dynamicTest(vector.get("input").asText(), () -> {
                            JsonNode expected =
                                    vector.get("valid").booleanValue() ? vector.get("e164") : MAPPER.nullNode();
                            assertThat(call("phone(" + vector.get("input") + ", " + vector.get("defaultRegion") + ")"))
                                    .isEqualTo(expected);
                        })));
        vectors()
                .get("waIdNormalisation")
                .forEach(vector -> tests.add(DynamicTest.dynamicTest(
                        "WhatsApp id " + vector.get("wa_id").asText(),
                        () -> assertThat(call("wa-phone(" + vector.get("wa_id") + ")"))
                                .isEqualTo(vector.get("e164")))));
        return tests.stream();
    }

    @ParameterizedTest
    @CsvSource({
        "٠١٠٠ ٠٠٠ ٠٠٠١, EG, +201000000001",
        "۰۱۰۰۰۰۰۰۰۰۱, EG, +201000000001",
        "\u200F+20 100 000 0001\u200E, EG, +201000000001",
        "+2001000000001, EG, +201000000001",
        "1000000001, EG, +201000000001",
        "(0772) 123-456, UG, +256772123456",
        "098765 43210, IN, +919876543210"
    })
    void phone_reads_what_people_write(String written, String country, String e164) {
        assertThat(call("phone(\"" + written + "\", \"" + country + "\")").asText())
                .isEqualTo(e164);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "12",
                "abc",
                "0100000000",
                "+20",
                "99999999999999999999999999999999999999999999",
                "0000000000"
            })
    void phone_answers_null_for_what_is_no_number(String written) {
        assertThat(call("phone(\"" + written + "\", \"EG\")").isNull()).isTrue();
    }

    @Test
    void phone_reads_a_number_without_its_leading_zero() {
        assertThat(call("phone(1000000001, \"EG\")").asText()).isEqualTo("+201000000001");
        assertThat(call("phone(null, \"EG\")").isNull()).isTrue();
        assertThat(call("phone(\"01000000001\", null)").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'\"750.00\"', EGP, 75000",
        "750, EGP, 75000",
        "12.5, EGP, 1250",
        "'\"12.500\"', EGP, 1250",
        "'\"-61.56\"', EGP, -6156",
        "'\"  5 \"', UGX, 5",
        "'\"1.234\"', TND, 1234",
        "'\"90071992547409.93\"', EGP, 9007199254740993",
        "0, JPY, 0"
    })
    void money_major_is_exact(String value, String currency, long minor) {
        JsonNode money = call("money-major(" + value + ", \"" + currency + "\")");

        assertThat(money.get("amountMinor").longValue()).isEqualTo(minor);
        assertThat(money.get("currency").asText()).isEqualTo(currency);
    }

    @Test
    void money_major_keeps_a_number_that_a_double_cannot_hold() {
        JsonNode input = JsonBodies.parse("{\"amount\": 90071992547409.93}".getBytes());

        JsonNode money = expression("money-major(.amount, \"EGP\")").apply(input);

        assertThat(money.get("amountMinor").longValue()).isEqualTo(9007199254740993L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "money-major(\"12.345\", \"EGP\")",
                "money-major(\"0.5\", \"UGX\")",
                "money-major(\"1,234.50\", \"EGP\")",
                "money-major(\"1e3\", \"EGP\")",
                "money-major(\"12.50 EGP\", \"EGP\")",
                "money-major(\"٥\", \"EGP\")",
                "money-major(true, \"EGP\")",
                "money-major([], \"EGP\")",
                "money-major(1, \"XXZ\")",
                "money-major(1, null)",
                "money-major(\"99999999999999999999\", \"EGP\")",
                "money-float(12.345, \"EGP\")",
                "stripe-money(500050, \"UGX\")",
                "stripe-money(150, \"isk\")",
                "stripe-money(12505, \"tnd\")",
                "stripe-money(1.5, \"egp\")",
                "stripe-money(\"x\", \"egp\")",
                "paystack-money(500050, \"UGX\")",
                "paystack-money(1.5, \"NGN\")",
                "paystack-money(\"12.5\", \"NGN\")"
            })
    void money_that_is_not_exact_fails(String expression) {
        assertThat(catchThrowableOfType(JsltException.class, () -> call(expression)))
                .isNotNull();
    }

    @Test
    void money_never_writes_out_a_monstrous_number() {
        JsonNode input = JsonBodies.parse("{\"big\": 1E+1000000000, \"small\": 1E-1000000000}".getBytes());

        for (String function : List.of("money-major", "money-float", "stripe-money", "paystack-money")) {
            for (String field : List.of("big", "small")) {
                var expression = expression(function + "(." + field + ", \"EGP\")");
                assertThat(catchThrowableOfType(JsltException.class, () -> expression.apply(input)))
                        .isNotNull();
            }
        }
        var integer = expression("integer(.big)");
        assertThat(catchThrowableOfType(JsltException.class, () -> integer.apply(input)))
                .isNotNull();
    }

    @Test
    void money_float_forgives_the_error_of_floating_point_and_nothing_more() {
        assertThat(call("money-float(688.4399999999999, \"EGP\")")
                        .get("amountMinor")
                        .longValue())
                .isEqualTo(68844);
        assertThat(call("money-float(-0.30000000000000004, \"EGP\")")
                        .get("amountMinor")
                        .longValue())
                .isEqualTo(-30);
    }

    @ParameterizedTest
    @CsvSource({
        "500000, ugx, 5000",
        "100, ISK, 1",
        "7000, jpy, 7000",
        "5000, mga, 500000",
        "12500, tnd, 12500",
        "12550, mad, 12550",
        "0, egp, 0",
        "-100, egp, -100",
        "250, clp, 250"
    })
    void stripe_money_knows_where_stripe_counts_differently(long amount, String currency, long minor) {
        JsonNode money = call("stripe-money(" + amount + ", \"" + currency + "\")");

        assertThat(money.get("amountMinor").longValue()).isEqualTo(minor);
        assertThat(money.get("currency").asText()).isEqualTo(currency.toUpperCase(Locale.ROOT));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-11T12:09:41.757Z, 2026-01-11T12:09:41.757Z",
        "2026-01-11T12:09:41Z, 2026-01-11T12:09:41Z",
        "2026-01-11T12:09:41.000Z, 2026-01-11T12:09:41Z",
        "2026-01-11T12:09:41.5Z, 2026-01-11T12:09:41.500Z",
        "2026-01-11T14:09:41.757+02:00, 2026-01-11T12:09:41.757Z",
        "Wed Aug 13 2025 09:45:51 GMT+0000 (Coordinated Universal Time), 2025-08-13T09:45:51Z",
        "Wed Aug 13 2025 12:45:51 GMT+0300 (توقيت شرق أوروبا الصيفي), 2025-08-13T09:45:51Z",
        "Tue Aug 12 2025 23:45:51 GMT-1000, 2025-08-13T09:45:51Z"
    })
    void instant_reads_what_providers_write(String text, String instant) {
        assertThat(call("instant(\"" + text + "\")").asText()).isEqualTo(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yesterday",
                "2026-01-11",
                "2026-01-11T12:09:41",
                "2026-13-11T12:09:41Z",
                "2026-02-30T12:09:41Z",
                "2026-01-11T24:00:00Z",
                "2026-01-11T12:09:60Z",
                "1969-12-31T23:59:59Z",
                "2/8/2021, 14:38:07",
                "Invalid Date",
                "Thu Aug 13 2025 09:45:51 GMT+0000 (Coordinated Universal Time)",
                "Wed Aug 13 2025 09:45:51 UTC+0000 (Coordinated Universal Time)",
                "Wed Aug 32 2025 09:45:51 GMT+0000 (Coordinated Universal Time)",
                "٢٠٢٦-٠١-١١T١٢:٠٩:٤١Z"
            })
    void instant_refuses_what_is_no_moment_unless_told_what_to_answer(String text) {
        assertThat(catchThrowableOfType(JsltException.class, () -> call("instant(\"" + text + "\")")))
                .isNotNull();
        assertThat(call("instant(\"" + text + "\", null)").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-01T12:00:04.592345,2026-11-01T10:00:04.592345Z",
        "2026-07-01T12:00:04,2026-07-01T09:00:04Z",
        // clocks in Cairo are set back at midnight after the last Thursday of October: the hour comes twice
        "2026-10-29T23:30:00,2026-10-29T20:30:00Z",
        // and forward at midnight after the last Thursday before May: this half hour never was
        "2026-04-24T00:30:00,2026-04-23T22:30:00Z",
        "2026-11-01T14:00:04.592345+04:00,2026-11-01T10:00:04.592345Z",
        "2026-11-01T10:00:04Z,2026-11-01T10:00:04Z"
    })
    void local_instant_reads_a_time_without_offset_as_it_is_meant_there(String text, String instant) {
        assertThat(call("local-instant(\"" + text + "\", \"Africa/Cairo\")").asText())
                .isEqualTo(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"yesterday", "2026-11-01", "2026-11-01 12:00:04", "2026-13-01T12:00:04", "1969-01-01T00:00:00"})
    void local_instant_refuses_what_is_no_moment_unless_told_what_to_answer(String text) {
        assertThat(catchThrowableOfType(
                        JsltException.class, () -> call("local-instant(\"" + text + "\", \"Africa/Cairo\")")))
                .isNotNull();
        assertThat(call("local-instant(\"" + text + "\", \"Africa/Cairo\", null)")
                        .isNull())
                .isTrue();
        assertThat(call("local-instant(null, \"Africa/Cairo\")").isNull()).isTrue();
    }

    @Test
    void minor_money_takes_whole_minor_units_of_known_currencies() {
        assertThat(call("minor-money(100000, \"EGP\")").path("amountMinor").asLong())
                .isEqualTo(100_000);
        assertThat(call("minor-money(\"1500\", \"omr\")").path("currency").asText())
                .isEqualTo("OMR");
        assertThat(call("minor-money(null, \"EGP\")").isNull()).isTrue();
        for (String wrong : List.of("100.5, \"EGP\"", "1e30, \"EGP\"", "1, \"XYZ\"", "1, null", "true, \"EGP\"")) {
            assertThat(catchThrowableOfType(JsltException.class, () -> call("minor-money(" + wrong + ")")))
                    .as(wrong)
                    .isNotNull();
        }
    }

    @Test
    void numbers_of_seconds_and_milliseconds_are_not_taken_for_each_other() {
        assertThat(call("epoch-seconds(1700000000)").asText()).isEqualTo("2023-11-14T22:13:20Z");
        assertThat(call("epoch-seconds(\"1763620000\")").asText()).isEqualTo("2025-11-20T06:26:40Z");
        assertThat(call("epoch-millis(1768129781757)").asText()).isEqualTo("2026-01-11T11:09:41.757Z");
        assertThat(call("epoch-millis(\"1768129781757\")").asText()).isEqualTo("2026-01-11T11:09:41.757Z");
        assertThat(call("epoch-seconds(null)").isNull()).isTrue();
        for (String wrong : List.of(
                "epoch-seconds(1700000000000)",
                "epoch-millis(1700000000)",
                "epoch-seconds(-1)",
                "epoch-seconds(\"soon\")",
                "epoch-seconds(1.5)",
                "epoch-seconds([])",
                "instant(1700000000)")) {
            assertThat(catchThrowableOfType(JsltException.class, () -> call(wrong)))
                    .as(wrong)
                    .isNotNull();
        }
    }

    @Test
    void paystack_counts_every_currency_in_hundredths() {
        assertThat(call("paystack-money(1000050, \"NGN\")").toString())
                .isEqualTo("{\"amountMinor\":1000050,\"currency\":\"NGN\"}");
        assertThat(call("paystack-money(\"250000\", \"xof\")").toString())
                .isEqualTo("{\"amountMinor\":2500,\"currency\":\"XOF\"}");
    }

    @Test
    void money_answers_what_it_is_told_to_where_an_amount_cannot_be_used() {
        assertThat(call("money-major(145.5, \"UGX\", null)").isNull()).isTrue();
        assertThat(call("money-major(1, null, null)").isNull()).isTrue();
        assertThat(call("money-major(145, \"UGX\", null)").get("amountMinor").intValue())
                .isEqualTo(145);
    }

    @Test
    void seconds_with_a_fraction_keep_it() {
        JsonNode input = JsonBodies.parse(
                "{\"at\": 1735116842.116, \"fine\": 1735116842.1234567891, \"big\": 1E+1000000000}".getBytes());

        assertThat(expression("epoch-decimal(.at)").apply(input).asText()).isEqualTo("2024-12-25T08:54:02.116Z");
        assertThat(expression("epoch-decimal(.fine)").apply(input).asText())
                .isEqualTo("2024-12-25T08:54:02.123456789Z");
        assertThat(expression("epoch-decimal(.big, null)").apply(input).isNull())
                .isTrue();
        assertThat(call("epoch-decimal(\"1735116842.5\")").asText()).isEqualTo("2024-12-25T08:54:02.500Z");
        for (String wrong : List.of("epoch-decimal(1735116842116)", "epoch-decimal(-0.5)", "epoch-decimal([])")) {
            assertThat(catchThrowableOfType(JsltException.class, () -> call(wrong)))
                    .as(wrong)
                    .isNotNull();
        }
    }

    @Test
    void date_reads_by_its_pattern_and_refuses_days_that_do_not_exist() {
        assertThat(call("date(\"12-01-2026\", \"dd-MM-yyyy\")").asText()).isEqualTo("2026-01-12");
        assertThat(call("date(null, \"dd-MM-yyyy\")").isNull()).isTrue();
        assertThat(call("date(\"31-02-2026\", \"dd-MM-yyyy\", null)").isNull()).isTrue();
        assertThat(catchThrowableOfType(JsltException.class, () -> call("date(\"31-02-2026\", \"dd-MM-yyyy\")")))
                .isNotNull();
    }

    @Test
    void latest_compares_moments_not_texts() {
        assertThat(call("latest(\"2026-01-11T12:09:41Z\", [\"2026-01-11T12:09:41.757Z\", null], null)")
                        .asText())
                .isEqualTo("2026-01-11T12:09:41.757Z");
        assertThat(call("latest([], null)").isNull()).isTrue();
    }

    @Test
    void integer_reads_numbers_and_their_digits() {
        assertThat(
                        call("[integer(45), integer(\"45\"), integer(45.0), integer(\" -1 \"), integer(null), integer(\"\")]")
                                .toString())
                .isEqualTo("[45,45,45,-1,null,null]");
        assertThat(call("contains(integer(\"45\"), [44, 45])").booleanValue()).isTrue();
    }

    @Test
    void text_and_sha256() {
        assertThat(call("[text(5), text(\" a \"), text(\"  \"), text(null), text(true)]")
                        .toString())
                .isEqualTo("[\"5\",\" a \",null,null,\"true\"]");
        assertThat(call("sha256(\"a\", 1)").asText())
                .isEqualTo("df4504ce92500fe8a20fb37090e36afa9053480c3e8dde4f4ae3fab4f5d8b1d7");
    }

    @Test
    void text_writes_out_no_number_whose_digits_fill_the_memory() {
        com.schibsted.spt.data.jslt.Expression text = expression("text(.n)");
        for (String number : new String[] {"1E+1000000000", "1E-1000000000", "-1e101"}) {
            JsonNode input = JsonBodies.parse(("{\"n\":" + number + "}").getBytes(StandardCharsets.US_ASCII));
            assertThat(catchThrowableOfType(JsltException.class, () -> text.apply(input)))
                    .as(number)
                    .isNotNull();
        }
        JsonNode input = JsonBodies.parse("{\"n\":1.50e2}".getBytes(StandardCharsets.US_ASCII));
        assertThat(text.apply(input).textValue()).isEqualTo("150");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "fa-IR", "tr-TR", "th-TH-u-ca-buddhist-nu-thai"})
    void the_machines_locale_changes_nothing(String tag) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(tag));
        try {
            assertThat(call("instant(\"Wed Aug 13 2025 09:45:51 GMT+0000 (x)\")")
                            .asText())
                    .isEqualTo("2025-08-13T09:45:51Z");
            assertThat(call("epoch-millis(1768129781757)").asText()).isEqualTo("2026-01-11T11:09:41.757Z");
            assertThat(call("date(\"12-01-2026\", \"dd-MM-yyyy\")").asText()).isEqualTo("2026-01-12");
            assertThat(call("stripe-money(100, \"isk\")").toString())
                    .isEqualTo("{\"amountMinor\":1,\"currency\":\"ISK\"}");
            assertThat(call("phone(\"01000000001\", \"EG\")").asText()).isEqualTo("+201000000001");
        } finally {
            Locale.setDefault(before);
        }
    }

    private static JsonNode call(String expression) {
        return expression(expression).apply(MAPPER.createObjectNode());
    }

    private static com.schibsted.spt.data.jslt.Expression expression(String text) {
        return Parser.compileString(text, MappingFunctions.all());
    }

    private static JsonNode vectors() throws IOException {
        try (InputStream file = MappingFunctionsTest.class.getResourceAsStream("phones.json")) {
            return MAPPER.readTree(file);
        }
    }
}
