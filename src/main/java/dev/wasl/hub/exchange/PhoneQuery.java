package dev.wasl.hub.exchange;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.Optional;

/** Understands a phone number as a person types or copies it. */
final class PhoneQuery {

    private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();
    private static final int LONGEST = 40;

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
