package dev.wasl.hub.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.canonical.Money;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TextsTest {

    @TestFactory
    Stream<DynamicTest> counts_segments_as_the_provider_does() throws IOException {
        JsonNode vectors = new ObjectMapper()
                .readTree(getClass().getResourceAsStream("/vectors/notify/sms-segments.json"))
                .get("vectors");
        assertThat(vectors).hasSizeGreaterThan(10);
        return StreamSupport.stream(vectors.spliterator(), false)
                .map(v -> DynamicTest.dynamicTest(v.get("id").asText(), () -> {
                    Texts.Segments segments = Texts.segments(v.get("text").asText());

                    assertThat(segments.encoding()).isEqualTo(v.get("encoding").asText());
                    assertThat(segments.segments()).isEqualTo(v.get("segments").asInt());
                }));
    }

    @Test
    void transliterates_french_into_one_alphabet() {
        assertThat(Texts.transliterate("Prêt à être livré, ça va, l’œuf à 12\u202f500 … €"))
                .isEqualTo("Pret à etre livré, ca va, l'oeuf à 12 500 ... €");
        assertThat(Texts.segments(Texts.transliterate("Votre commande est prête à être livrée"))
                        .encoding())
                .isEqualTo("GSM-7");
    }

    @Test
    void leaves_letters_without_a_likeness_alone() {
        assertThat(Texts.transliterate("مرحبا 😊")).isEqualTo("مرحبا 😊");
    }

    @Property
    void transliteration_never_makes_an_sms_longer_than_it_was(@ForAll @StringLength(max = 400) String text) {
        String plain = Texts.transliterate(text);

        assertThat(Texts.transliterate(plain)).isEqualTo(plain);
        if (Texts.segments(text).encoding().equals("GSM-7")) {
            assertThat(plain).isEqualTo(text);
        }
    }

    @Test
    void writes_money_with_latin_digits_in_every_language() {
        Money money = new Money(125050, "EGP");

        assertThat(Texts.money(money, "en")).isEqualTo("EGP 1,250.50");
        assertThat(Texts.money(money, "fr")).isEqualTo("1\u202f250,50 EGP");
        assertThat(Texts.money(money, "ar")).isEqualTo("1,250.50 EGP");
        assertThat(Texts.money(money, "ar-EG")).isEqualTo("1,250.50 EGP");
        assertThat(Texts.money(new Money(5000, "UGX"), "en")).isEqualTo("UGX 5,000");
        assertThat(Texts.money(new Money(-250, "EGP"), "ar")).isEqualTo("-2.50 EGP");
    }

    @Test
    void writes_a_day_where_the_tenant_is() {
        Instant lateEvening = Instant.parse("2026-11-20T22:30:00Z");
        ZoneId cairo = ZoneId.of("Africa/Cairo");

        assertThat(Texts.date(lateEvening, cairo, "en")).isEqualTo("21 November 2026");
        assertThat(Texts.date(lateEvening, cairo, "fr")).isEqualTo("21 novembre 2026");
        assertThat(Texts.date(lateEvening, cairo, "ar")).isEqualTo("21 نوفمبر 2026");
    }

    @Test
    void flattens_a_whatsapp_parameter() {
        assertThat(Texts.parameter("  Amine\n\tB.\u200f     x\u202e ", 100)).isEqualTo("Amine B. x");
        assertThat(Texts.parameter("😊😊😊😊", 5).length()).isLessThanOrEqualTo(8);
        assertThat(Texts.parameter("aaaaaaaaaa", 5)).hasSizeLessThanOrEqualTo(5);
    }
}
