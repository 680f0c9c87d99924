package dev.wasl.hub.exchange;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.Optional;
import java.util.regex.Pattern;

/** Understands a phone number as a person types or copies it. */
final class PhoneQuery {

    private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();
    private static final int LONGEST = 40;
    private static final Pattern INTERNATIONAL = Pattern.compile("\\+[1-9][0-9]{6,14}");

    private PhoneQuery() {}

    /**
     * Reads a number in local form, with {@code +}, {@code 00} or a bare country code, with spaces and signs, in any
     * script's digits.
     *
     * @param country ISO 3166-1 alpha-2 of numbers without country code
     * @return E.164; empty when no valid number can be seen in it
     */
    static Optional<String> e164(String written, String country) {
        String text = TypedText.visible(written);
        if (text.isEmpty() || text.length() > LONGEST) {
            return Optional.empty();
        }
        // 00 is how most of our countries dial out, but a book of one country knows only its own prefix.
        if (text.startsWith("00")) {
            text = "+" + text.substring(2);
        }
        Optional<String> asWritten = parse(text, country);
        return asWritten.isPresent() || text.startsWith("+") ? asWritten : parse("+" + text, country);
    }

    /**
     * Reads a number that the hub may hold: those that WhatsApp proved are kept although the book calls some of them
     * invalid, so an international number written with {@code +} or {@code 00} counts as it is.
     *
     * @param country ISO 3166-1 alpha-2 of numbers without country code
     */
    static Optional<String> held(String written, String country) {
        Optional<String> valid = e164(written, country);
        if (valid.isPresent()) {
            return valid;
        }
        String plain = TypedText.visible(written).replaceAll("[\\s().-]", "").replaceFirst("^00", "+");
        return INTERNATIONAL.matcher(plain).matches() ? Optional.of(plain) : Optional.empty();
    }

    private static Optional<String> parse(String text, String country) {
        try {
            PhoneNumber number = NUMBERS.parse(text, country);
            return NUMBERS.isValidNumber(number)
                    ? Optional.of(NUMBERS.format(number, PhoneNumberFormat.E164))
                    : Optional.empty();
        } catch (NumberParseException e) {
            return Optional.empty();
        }
    }
}
