package dev.wasl.hub.console;

import java.util.Arrays;
import java.util.Locale;

/** The languages of the console. */
enum Language {
    EN("en", "ltr", "English"),
    AR("ar", "rtl", "العربية"),
    FR("fr", "ltr", "Français");

    private final String tag;
    private final String direction;
    private final String ownName;

    Language(String tag, String direction, String ownName) {
        this.tag = tag;
        this.direction = direction;
        this.ownName = ownName;
    }

    /** The one that serves a locale; English when none does. */
    static Language of(Locale locale) {
        return Arrays.stream(values())
                .filter(language -> language.tag.equals(locale.getLanguage()))
                .findFirst()
                .orElse(EN);
    }

    /** BCP 47. */
    public String tag() {
        return tag;
    }

    /** {@code ltr} or {@code rtl}. */
    public String direction() {
        return direction;
    }

    /** What its speakers call it. */
    public String ownName() {
        return ownName;
    }

    Locale locale() {
        return Locale.forLanguageTag(tag);
    }
}
