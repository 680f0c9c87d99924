package dev.wasl.hub.notify;

import dev.wasl.hub.canonical.Money;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.Normalizer;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DecimalStyle;
import java.util.Locale;
import java.util.Map;

/** How values and whole texts are written for people: Latin digits in every language, no invisible characters. */
final class Texts {

    private static final String GSM_BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    private static final String GSM_EXTENSION = "\f^{}\\[~]|€";

    private static final Map<Integer, String> LOOK_ALIKES = Map.ofEntries(
            Map.entry(0x00A0, " "),
            Map.entry(0x202F, " "),
            Map.entry(0x2009, " "),
            Map.entry(0x2018, "'"),
            Map.entry(0x2019, "'"),
            Map.entry(0x201C, "\""),
            Map.entry(0x201D, "\""),
            Map.entry(0x00AB, "\""),
            Map.entry(0x00BB, "\""),
            Map.entry(0x2013, "-"),
            Map.entry(0x2014, "-"),
            Map.entry(0x2026, "..."),
            Map.entry(0x0153, "oe"),
            Map.entry(0x0152, "OE"),
            Map.entry(0x00B0, "o"));

    private Texts() {}

    /** An amount as people of that language write it, {@code 1 250,50 EGP} in French. */
    static String money(Money money, String language) {
        DecimalFormat format = new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(latinDigits(language)));
        int decimals = Money.exponent(money.currency());
        format.setMinimumFractionDigits(decimals);
        format.setMaximumFractionDigits(decimals);
        String amount = visible(format.format(money.major()));
        return "en".equals(primary(language)) ? money.currency() + ' ' + amount : amount + ' ' + money.currency();
    }

    /** A day, spelled out so that no country misreads it. */
    static String date(ZonedDateTime moment, String language) {
        return visible(DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.forLanguageTag(language))
                .withDecimalStyle(DecimalStyle.STANDARD)
                .format(moment));
    }

    static String date(java.time.Instant moment, ZoneId zone, String language) {
        return date(moment.atZone(zone), language);
    }

    /** The language without region: {@code ar} of {@code ar-EG}. */
    static String primary(String language) {
        return Locale.forLanguageTag(language).getLanguage();
    }

    /** A value as a WhatsApp parameter: one line, no runs of blanks, nothing invisible. */
    static String parameter(String value, int maxLength) {
        String flat = visible(value).replaceAll("[\\s\\u00A0\\u202F]+", " ").strip();
        return flat.length() <= maxLength
                ? flat
                : flat.substring(
                        0, flat.offsetByCodePoints(0, Math.min(flat.codePointCount(0, flat.length()), maxLength - 1)));
    }

    /** A value as a header: one line. */
    static String header(String value) {
        return value.replaceAll("[\\r\\n\\u0085\\u2028\\u2029]+", " ").strip();
    }

    /** Replaces what the GSM alphabet lacks by the nearest letters it has; leaves what has none. */
    static String transliterate(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (gsm(c)) {
                out.appendCodePoint(c);
            } else if (LOOK_ALIKES.containsKey(c)) {
                out.append(LOOK_ALIKES.get(c));
            } else {
                String plain = Normalizer.normalize(Character.toString(c), Normalizer.Form.NFD)
                        .replaceAll("\\p{M}", "");
                out.append(!plain.isEmpty() && plain.codePoints().allMatch(Texts::gsm) ? plain : Character.toString(c));
            }
        });
        return out.toString();
    }

    /** What an SMS will cost: its encoding and number of segments. */
    static Segments segments(String text) {
        boolean gsm = text.codePoints().allMatch(Texts::gsm);
        int single = gsm ? 160 : 70;
        int multi = gsm ? 153 : 67;
        int total = 0;
        int segments = 1;
        int used = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            // neither an escape sequence nor a surrogate pair is split over two segments
            int cost = gsm ? (GSM_EXTENSION.indexOf(c) >= 0 ? 2 : 1) : Character.charCount(c);
            total += cost;
            if (used + cost > multi) {
                segments++;
                used = 0;
            }
            used += cost;
            i += Character.charCount(c);
        }
        return new Segments(gsm ? "GSM-7" : "UCS-2", total, total <= single ? 1 : segments);
    }

    private static boolean gsm(int c) {
        return GSM_BASIC.indexOf(c) >= 0 || GSM_EXTENSION.indexOf(c) >= 0;
    }

    private static Locale latinDigits(String language) {
        return new Locale.Builder()
                .setLocale(Locale.forLanguageTag(language))
                .setUnicodeLocaleKeyword("nu", "latn")
                .build();
    }

    /** Drops direction marks and zero-width characters: in a text they change nothing, in an SMS they cost. */
    private static String visible(String text) {
        return text.replaceAll("[\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u2069\\uFEFF\\u061C]", "");
    }

    /**
     * The price of an SMS.
     *
     * @param encoding {@code GSM-7} or {@code UCS-2}
     * @param units characters of that encoding
     */
    record Segments(String encoding, int units, int segments) {}
}
