package dev.wasl.hub.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;

class BodiesPropertyTest {

    private static final DateTimeFormatter JAVA_SCRIPT =
            DateTimeFormatter.ofPattern("EEE MMM dd yyyy HH:mm:ss 'GMT'xx '(Somewhere)'", Locale.ENGLISH);

    @Property
    void a_form_reads_back_as_it_was_encoded(
            @ForAll @Size(max = 20) @UniqueElements List<String> keys, @ForAll String value) {
        List<String> encodable = keys.stream()
                .filter(BodiesPropertyTest::isEncodable)
                .filter(key -> !key.isEmpty())
                .toList();
        String kept = isEncodable(value) ? value : "";
        String body = encodable.stream()
                .map(key -> encoded(key) + "=" + encoded(kept))
                .collect(Collectors.joining("&"));

        ObjectNode form = FormBodies.parse(body.getBytes(StandardCharsets.UTF_8));

        assertThat(form.size()).isEqualTo(encodable.size());
        encodable.forEach(key -> assertThat(form.get(key).textValue()).isEqualTo(kept));
    }

    @Property
    void any_bytes_are_a_form_or_malformed(@ForAll byte[] body) {
        refusedOnlyAsMalformed(() -> FormBodies.parse(body));
    }

    @Property
    void any_text_is_a_query_or_malformed(@ForAll("escapes") String query) {
        refusedOnlyAsMalformed(() -> FormBodies.parseQuery(query));
    }

    @Property
    void any_bytes_are_json_or_malformed(@ForAll byte[] body) {
        refusedOnlyAsMalformed(() -> JsonBodies.parse(body));
    }

    @Property
    void any_nearly_json_is_json_or_malformed(@ForAll("nearlyJson") String body) {
        refusedOnlyAsMalformed(() -> JsonBodies.parse(body.getBytes(StandardCharsets.UTF_8)));
    }

    @Property
    void a_json_number_keeps_every_digit_and_the_zeroes_at_its_end(
            @ForAll @IntRange(max = 1000) int tens, @ForAll @IntRange(min = 1, max = 12) int scale) {
        BigDecimal number = BigDecimal.valueOf(tens * 10L, scale);

        JsonNode body =
                JsonBodies.parse(("{\"amount\":" + number.toPlainString() + "}").getBytes(StandardCharsets.UTF_8));

        assertThat(body.get("amount").decimalValue()).isEqualTo(number);
    }

    @Property
    void every_javascript_date_is_read(
            @ForAll @LongRange(max = 32_503_000_000L) long second,
            @ForAll @IntRange(min = -720, max = 840) int offset) {
        Instant instant = Instant.ofEpochSecond(second);
        String text = JAVA_SCRIPT.format(instant.atOffset(ZoneOffset.ofTotalSeconds(offset * 60)));

        assertThat(Instants.parse(text)).isEqualTo(instant);
    }

    @Property
    void every_instant_is_read_and_known_as_canonical_exactly_when_it_prints_the_same(
            @ForAll @LongRange(max = 32_503_000_000L) long second,
            @ForAll @IntRange(max = 999_999_999) int nano,
            @ForAll @IntRange(max = 9) int places) {
        String fraction = places == 0
                ? ""
                : "." + String.format(Locale.ROOT, "%09d", nano).substring(0, places);
        String text = Instant.ofEpochSecond(second).toString().replace("Z", fraction + "Z");

        Instant read = Instants.parse(text);

        assertThat(read).isEqualTo(Instant.parse(text));
        if (Instants.isCanonical(text)) {
            assertThat(read).hasToString(text);
        }
    }

    @Property
    void every_instant_of_four_digit_years_is_read_as_the_jdk_prints_it(
            @ForAll @LongRange(min = -62_167_219_200L, max = 253_402_300_799L) long second,
            @ForAll @IntRange(max = 999_999_999) int nano) {
        Instant instant = Instant.ofEpochSecond(second, nano);

        assertThat(Instants.utc(instant.toString())).isEqualTo(instant);
    }

    @Property
    void what_is_read_as_an_instant_in_utc_is_read_the_same_by_the_jdk(@ForAll("nearlyInstants") String text) {
        try {
            assertThat(Instants.utc(text)).isEqualTo(Instant.parse(text));
        } catch (DateTimeException e) {
            assertThat(e).hasMessageNotContaining(text);
        }
    }

    @Property
    void any_text_is_a_moment_or_refused_as_none(@ForAll("nearlyDates") String text) {
        try {
            assertThat(Instants.parse(text)).isBetween(Instant.EPOCH, Instant.parse("2999-12-31T23:59:59.999999999Z"));
        } catch (DateTimeException e) {
            assertThat(e).hasMessageNotContaining("null");
        }
    }

    @Property
    void an_amount_survives_the_way_to_major_units_and_back(@ForAll long minor, @ForAll("currencies") String currency) {
        Money money = new Money(minor, currency);

        assertThat(Amounts.ofMajor(money.major(), currency)).isEqualTo(money);
        assertThat(Amounts.ofFloat(money.major(), currency)).isEqualTo(money);
        assertThat(Amounts.ofMajor(Amounts.decimal(money.major().toPlainString()), currency))
                .isEqualTo(money);
    }

    @Property
    void stripes_unit_is_a_fixed_power_of_ten_or_refused(@ForAll long amount, @ForAll("currencies") String currency) {
        try {
            Money money = Amounts.ofStripe(BigDecimal.valueOf(amount), currency);
            BigDecimal factor = amount == 0
                    ? BigDecimal.ONE
                    : money.major().divide(BigDecimal.valueOf(amount), new java.math.MathContext(30));
            assertThat(factor.stripTrailingZeros().unscaledValue().longValue()).isEqualTo(1);
        } catch (ArithmeticException e) {
            assertThat(currency.equals("UGX") || currency.equals("TND") || currency.equals("MGA"))
                    .isTrue();
        }
    }

    @Property
    void any_text_is_a_decimal_or_no_number(@ForAll("nearlyNumbers") String text) {
        try {
            assertThat(Amounts.decimal(text).toPlainString().length()).isLessThanOrEqualTo(31);
        } catch (NumberFormatException e) {
            assertThat(e).isExactlyInstanceOf(NumberFormatException.class);
        }
    }

    @Provide
    Arbitrary<String> escapes() {
        return Arbitraries.strings().withChars("%+&=aF0\u0661é").ofMaxLength(30);
    }

    @Provide
    Arbitrary<String> nearlyJson() {
        return Arbitraries.strings()
                .withChars("{}[]\",:0123456789.eE+-truefalsn\\u \u0000é")
                .ofMaxLength(60);
    }

    @Provide
    Arbitrary<String> nearlyDates() {
        return Arbitraries.oneOf(
                Arbitraries.strings()
                        .withChars("0123456789-:.TZ+ ")
                        .ofMinLength(15)
                        .ofMaxLength(35),
                Arbitraries.strings()
                        .withChars("WedAug 130:GMT+()-9")
                        .ofMinLength(30)
                        .ofMaxLength(45),
                Arbitraries.strings().ofMaxLength(45));
    }

    /** Instants with one character exchanged, or one too few. */
    @Provide
    Arbitrary<String> nearlyInstants() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 32_503_000_000_000L),
                        Arbitraries.integers().between(0, 23),
                        Arbitraries.chars().with("0123456789-:.TZ+tz \u0661"),
                        Arbitraries.of(true, false))
                .as((millis, place, character, exchange) -> {
                    String text = Instant.ofEpochMilli(millis).toString();
                    int at = Math.min(place, text.length() - 1);
                    return text.substring(0, at) + (exchange ? character : "") + text.substring(at + 1);
                });
    }

    @Provide
    Arbitrary<String> nearlyNumbers() {
        return Arbitraries.strings().withChars("0123456789.-+eE,\u0665").ofMaxLength(34);
    }

    @Provide
    Arbitrary<String> currencies() {
        return Arbitraries.of("EGP", "MAD", "UGX", "JPY", "TND", "MGA", "INR");
    }

    private interface Reader {
        JsonNode read();
    }

    private static void refusedOnlyAsMalformed(Reader reader) {
        try {
            assertThat(reader.read()).isNotNull();
        } catch (HubException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_BODY);
        }
    }

    private static boolean isEncodable(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
