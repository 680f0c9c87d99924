package dev.wasl.hub.notify;

import static dev.wasl.hub.HubFailure.failedWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.canonical.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplatesTest {

    private static final Map<String, String> DELIVERY =
            Map.of("business", "متجر النور", "trackingNumber", "90000001", "cod", "1,250.50 EGP");
    private static final Map<String, String> PAYMENT = Map.of(
            "customerName",
            "Amine <b>",
            "business",
            "Nour & Co",
            "amount",
            "1,250.50 EGP",
            "paidOn",
            "20 نوفمبر 2026",
            "paymentId",
            "pi_1");

    private final Templates shipped = new Templates(new NotifyFiles(Path.of("no-such-folder")));

    @ParameterizedTest
    @CsvSource({
        "out-for-delivery, ar", "out-for-delivery, fr", "out-for-delivery, en",
        "delivered, ar", "delivered, fr", "delivered, en",
        "delivery-attempt-failed, ar", "delivery-attempt-failed, fr", "delivery-attempt-failed, en"
    })
    void renders_every_sms_that_is_shipped(String template, String language) {
        String text = shipped.sms(template, language, DELIVERY);

        assertThat(text)
                .contains("متجر النور")
                .contains("90000001")
                .doesNotContain("{")
                .doesNotContain("\n");
    }

    @Test
    void leaves_the_amount_out_when_nothing_is_to_be_paid() {
        Map<String, String> free = new HashMap<>(DELIVERY);
        free.remove("cod");

        assertThat(shipped.sms("out-for-delivery", "ar", DELIVERY)).contains("المبلغ المطلوب: 1,250.50 EGP");
        assertThat(shipped.sms("out-for-delivery", "ar", free)).doesNotContain("المبلغ");
    }

    @Test
    void keeps_a_french_sms_in_one_segment() {
        String text = shipped.sms(
                "out-for-delivery",
                "fr",
                Map.of("business", "CCTV Pro", "trackingNumber", "90000001", "cod", "1\u202f250,50 MAD"));

        assertThat(Texts.segments(Texts.transliterate(text))).isEqualTo(new Texts.Segments("GSM-7", 84, 1));
    }

    @Test
    void writes_an_arabic_receipt_from_right_to_left_and_escapes_what_customers_typed() {
        Templates.Mail mail = shipped.mail("payment-receipt", "ar", PAYMENT);

        assertThat(mail.subject()).isEqualTo("إيصال الدفع من Nour & Co");
        assertThat(mail.html())
                .contains("<html lang=\"ar\" dir=\"rtl\">")
                .contains("<bdi dir=\"ltr\">1,250.50 EGP</bdi>")
                .contains("Amine &lt;b&gt;")
                .contains("Nour &amp; Co")
                .doesNotContain("<b>");
        assertThat(mail.text()).contains("Amine <b>").contains("1,250.50 EGP").doesNotContain("&amp;");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar", "fr", "en"})
    void renders_the_receipt_in_every_language_with_and_without_reference(String language) {
        Map<String, String> referenced = new HashMap<>(PAYMENT);
        referenced.put("reference", "INV-7");

        assertThat(shipped.mail("payment-receipt", language, PAYMENT).html()).doesNotContain("INV-7");
        assertThat(shipped.mail("payment-receipt", language, referenced).text()).contains("INV-7");
        assertThat(shipped.mail("payment-receipt", language, referenced).html()).contains("INV-7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"trackingNumber", "business"})
    void fails_when_a_value_is_missing_instead_of_leaving_a_gap(String missing) {
        Map<String, String> incomplete = new HashMap<>(DELIVERY);
        incomplete.remove(missing);
        assertBroken(() -> shipped.sms("delivered", "en", incomplete), missing);

        incomplete.put(missing, "  ");
        assertBroken(() -> shipped.sms("delivered", "en", incomplete), missing);
    }

    @Test
    void keeps_a_subject_on_one_line() {
        Map<String, String> forged = new HashMap<>(PAYMENT);
        forged.put("business", "Nour\r\nBcc: everybody@example.com");

        assertThat(shipped.mail("payment-receipt", "en", forged).subject())
                .isEqualTo("Payment receipt from Nour Bcc: everybody@example.com");
    }

    @Test
    void lets_an_edited_file_speak_at_once(@TempDir Path folder) throws IOException {
        Templates templates = new Templates(new NotifyFiles(folder));
        Path file = folder.resolve("notify-delivered.sms.en.mustache");
        Files.writeString(file, "One {{trackingNumber}}");
        assertThat(templates.sms("delivered", "en", DELIVERY)).isEqualTo("One 90000001");

        Files.writeString(file, "Two {{trackingNumber}}");
        assertThat(templates.sms("delivered", "en", DELIVERY)).isEqualTo("Two 90000001");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{> /etc/passwd}}",
                "{{trackingNumber.class}}",
                "{{trackingNumber.bytes}}",
                "{{#cod}}{{length}}{{/cod}}",
                "{{#open}}",
                "   ",
                "{{=<% %>=}}<%secret%>"
            })
    void refuses_templates_that_reach_for_more_than_their_values(String source, @TempDir Path folder)
            throws IOException {
        Files.writeString(folder.resolve("notify-x.sms.en.mustache"), source);

        assertBroken(() -> new Templates(new NotifyFiles(folder)).sms("x", "en", DELIVERY), "");
    }

    @Test
    void refuses_unescaped_values_in_html(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("notify-x.email.en.mustache"), "Subject: s\n\n<p>{{{customerName}}}</p>");
        Files.writeString(folder.resolve("notify-x.email-text.en.mustache"), "text");

        assertBroken(() -> new Templates(new NotifyFiles(folder)).mail("x", "en", PAYMENT), "customerName");
    }

    private static void assertBroken(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String hint) {
        assertThatThrownBy(call)
                .satisfies(failedWith(ErrorCode.TEMPLATE_BROKEN))
                .hasMessageContaining(hint);
    }
}
