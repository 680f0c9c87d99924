package dev.wasl.hub.connector.cmi;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.web.util.HtmlUtils;

/**
 * CMI's hash, version 3: base64 of the SHA-512 of all values except those of {@code hash} and {@code encoding}, in the natural
 * order of their names, each without one line feed at its end, with HTML entities decoded and {@code \} and {@code |} escaped,
 * each followed by {@code |}, and the escaped store key at the end. The names themselves are not hashed.
 */
final class CmiHash {

    private static final NaturalOrder ORDER = new NaturalOrder();
    private static final Pattern ENTITY =
            Pattern.compile("&(?:#([0-9]{1,8})|#[xX]([0-9a-fA-F]{1,8})|[A-Za-z][A-Za-z0-9]*);");

    private CmiHash() {}

    /** The hash of a form, in base64. */
    static String of(Map<String, String> form, String storeKey) {
        return Base64.getEncoder().encodeToString(sha512(text(form) + escaped(storeKey)));
    }

    /** Everything that is hashed before the store key. */
    static String text(Map<String, String> form) {
        List<String> names = new ArrayList<>(form.keySet());
        names.removeIf(name -> isHash(name) || name.toLowerCase(Locale.ROOT).equals("encoding"));
        names.sort(ORDER);
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            text.append(escaped(decoded(withoutLineFeed(form.getOrDefault(name, "")))))
                    .append('|');
        }
        return text.toString();
    }

    /** Whether a field holds the hash itself. */
    static boolean isHash(String name) {
        return name.toLowerCase(Locale.ROOT).equals("hash");
    }

    private static String withoutLineFeed(String value) {
        return value.endsWith("\n") ? value.substring(0, value.length() - 1) : value;
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("|", "\\|");
    }

    /** As PHP's html_entity_decode for HTML 4: named entities of that version, numbers of characters that may stand in it. */
    static String decoded(String value) {
        if (value.indexOf('&') < 0) {
            return value;
        }
        Matcher entity = ENTITY.matcher(value);
        StringBuilder decoded = new StringBuilder(value.length());
        while (entity.find()) {
            entity.appendReplacement(decoded, Matcher.quoteReplacement(character(entity)));
        }
        return entity.appendTail(decoded).toString();
    }

    private static String character(Matcher entity) {
        String number = entity.group(1) != null ? entity.group(1) : entity.group(2);
        if (number == null) {
            return HtmlUtils.htmlUnescape(entity.group());
        }
        long code = Long.parseLong(number, entity.group(1) != null ? 10 : 16);
        boolean allowed = code == '\t'
                || code == '\n'
                || code == '\r'
                || (code >= 0x20 && code <= 0x7e)
                || (code >= 0xa0 && code <= 0xd7ff)
                || (code >= 0xe000 && code <= Character.MAX_CODE_POINT);
        return allowed ? Character.toString((int) code) : entity.group();
    }

    private static byte[] sha512(String text) {
        try {
            return MessageDigest.getInstance("SHA-512").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
