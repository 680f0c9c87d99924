package dev.wasl.hub.mapping;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import org.jspecify.annotations.Nullable;

/** Phone numbers to E.164. */
public final class Phones {

    private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();

    /** Longer than any way to write one number. */
    private static final int MAX_LENGTH = 40;

    private Phones() {}

    /**
     * Reads a number as people write it, in any script's digits.
     *
     * @param country ISO 3166-1 alpha-2 of numbers without country code; null when they are not accepted
     * @return null when it is not a valid number
     */
    public static @Nullable String toE164(String written, @Nullable String country) {
        String text = withoutInvisible(written);
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return null;
        }
        try {
            PhoneNumber number = NUMBERS.parse(text, country);
            return NUMBERS.isValidNumber(number) ? NUMBERS.format(number, PhoneNumberFormat.E164) : null;
        } catch (NumberParseException e) {
            return null;
        }
    }

    /**
     * Reads WhatsApp's own id of a person, an international number without plus. Meta has proved that it exists, so it is
     * not judged again: some of its numbers (Brazil without the ninth digit) are invalid by the book.
     */
    static @Nullable String fromWhatsAppId(String id) {
        int start = id.startsWith("+") ? 1 : 0;
        int length = id.length() - start;
        if (length < 7 || length > 15 || id.charAt(start) == '0') {
            return null;
        }
        for (int i = start; i < id.length(); i++) {
            if (id.charAt(i) < '0' || id.charAt(i) > '9') {
                return null;
            }
        }
        // Mexico gave up the 1 between country code and number in 2019; WhatsApp still has it.
        if (length == 13 && id.startsWith("521", start)) {
            return "+52" + id.substring(start + 3);
        }
        return "+" + id.substring(start);
    }

    /** Right-to-left marks and other characters without width come along when a number is copied from a message. */
    private static String withoutInvisible(String written) {
        StringBuilder visible = null;
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            boolean invisible = Character.getType(c) == Character.FORMAT || c == '\0';
            if (invisible && visible == null) {
                visible = new StringBuilder(written.length()).append(written, 0, i);
            } else if (!invisible && visible != null) {
                visible.append(c);
            }
        }
        return (visible == null ? written : visible.toString()).strip();
    }
}
