package dev.wasl.hub.access;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/** Questions about who makes the current request. */
public final class Callers {

    private Callers() {}

    /** The login or the name of the key that makes the current request. */
    public static String name() {
        Authentication who = SecurityContextHolder.getContext().getAuthentication();
        return who == null ? "unknown" : who.getName();
    }

    /** Whether the current caller has a scope. */
    public static boolean has(Scope scope) {
        Authentication who = SecurityContextHolder.getContext().getAuthentication();
        return who != null
                && who.isAuthenticated()
                && who.getAuthorities().stream()
                        .anyMatch(granted -> scope.authority().equals(granted.getAuthority()));
    }
}
