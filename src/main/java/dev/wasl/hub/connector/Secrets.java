package dev.wasl.hub.connector;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Secrets as they are configured: a list, so that an old and a new one can overlap. */
public final class Secrets {

    private Secrets() {}

    /** Secrets without the white space that comes along from a file or a console, and without the empty ones. */
    public static List<String> trimmed(@Nullable List<String> configured) {
        return configured == null
                ? List.of()
                : configured.stream()
                        .filter(Objects::nonNull)
                        .map(String::strip)
                        .filter(secret -> !secret.isEmpty())
                        .toList();
    }

    /**
     * Whether a header value is one of the secrets, in a time that does not tell which or how much of it is right. Header
     * values reach Java as ISO-8859-1, configuration as what it means.
     */
    public static boolean contains(List<String> secrets, String headerValue) {
        byte[] given = headerValue.getBytes(StandardCharsets.ISO_8859_1);
        boolean found = false;
        for (String secret : secrets) {
            found |= !secret.isBlank() && MessageDigest.isEqual(secret.getBytes(StandardCharsets.UTF_8), given);
        }
        return found;
    }
}
