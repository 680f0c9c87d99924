package dev.wasl.hub.connector.cmi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CmiHashTest {

    private static final NaturalOrder ORDER = new NaturalOrder();

    /** Each line as PHP 8 sorts it with natcasesort. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "img1 img2 img10 img12",
                "A b C d",
                "a1b2 a1b10 a2b1",
                "EXTRA.HOSTMSG EXTRA.TRXDATE EXTRAS EXTRA_TRXDATE",
                "paramX param_",
                "TransId trantype TRANZ",
                "1 2 10 a",
                "item0 item1 item01x item2",
                "amount BillToName clientid"
            })
    void sorts_as_php_does(String line) {
        List<String> sorted = Arrays.asList(line.split(" "));
        List<String> shuffled = new ArrayList<>(sorted);
        Collections.reverse(shuffled);

        shuffled.sort(ORDER);

        assertThat(shuffled).isEqualTo(sorted);
    }

    @Test
    void names_that_differ_only_in_case_or_leading_zeros_are_equal_and_keep_their_order() {
        assertThat(ORDER.compare("Amount", "aMOUNT")).isZero();
        assertThat(ORDER.compare("a07", "a7")).isZero();
        assertThat(ORDER.compare("", "")).isZero();
        assertThat(ORDER.compare("", "a")).isNegative();
        assertThat(ORDER.compare("a", "")).isPositive();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "a &amp; b~a & b",
                "&amp;lt;~&lt;",
                "&lt;b&gt; &quot;x&quot;~<b> \"x\"",
                "it&#39;s &#x27;~it's '",
                "caf&eacute; &Eacute;~café É",
                "&#1575;&#x644;~ال",
                "&#128512;~😀",
                "&apos; &nosuch; &amp &#; &#x; &;~&apos; &nosuch; &amp &#; &#x; &;",
                "&#0; &#128; &#55296; &#99999999;~&#0; &#128; &#55296; &#99999999;"
            })
    void decodes_entities_as_php_does_once(String written, String meant) {
        assertThat(CmiHash.decoded(written)).isEqualTo(meant);
    }

    @Test
    void hashes_every_value_but_those_of_hash_and_encoding_whatever_their_case() {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("b", "2");
        form.put("A", "1|\\");
        form.put("c", "line\n");
        form.put("d", "");
        form.put("Encoding", "UTF-8");
        form.put("hAsH", "x");

        assertThat(CmiHash.text(form)).isEqualTo("1\\|\\\\|2|line||");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tr-TR", "ar-EG", "az-AZ"})
    void the_machines_locale_changes_nothing(String tag) {
        Map<String, String> form = Map.of("clientid", "1", "CLIENTIE", "2", "encodIng", "x", "HASH", "y");
        String expected = CmiHash.of(form, "key");
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(tag));
        try {
            assertThat(CmiHash.of(form, "key")).isEqualTo(expected);
            assertThat(CmiHash.text(form)).isEqualTo("1|2|");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Property(tries = 2_000)
    void comparing_is_an_order(@ForAll("names") String a, @ForAll("names") String b, @ForAll("names") String c) {
        assertThat(Integer.signum(ORDER.compare(a, b))).isEqualTo(-Integer.signum(ORDER.compare(b, a)));
        assertThat(ORDER.compare(a, a)).isZero();
        assertThat(ORDER.compare(a.toUpperCase(Locale.ROOT), a.toLowerCase(Locale.ROOT)))
                .isZero();
        assertThat(ORDER.compare(c, c)).isZero();
    }

    @Property(tries = 500)
    void any_form_has_a_hash(@ForAll Map<String, String> form, @ForAll String key) {
        assertThat(CmiHash.of(form, key)).hasSize(88);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().withChars("aAbZ_.019 ").ofMaxLength(8);
    }
}
