package dev.wasl.hub.access;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/** Questions about who makes the current request. */
public final class Callers {

    private Callers() {}

    /** Whether the current caller has a scope. */
    public static boolean has(Scope scope) {
        Authentication who = SecurityContextHolder.getContext().getAuthentication();
        return who != null
                && who.isAuthenticated()
                && who.getAuthorities().stream()
                        .anyMatch(granted -> scope.authority().equals(granted.getAuthority()));
    }
}
