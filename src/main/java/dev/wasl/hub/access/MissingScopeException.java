package dev.wasl.hub.access;

import org.springframework.security.access.AccessDeniedException;

/** A key that lacks the scope of what it asks for. */
class MissingScopeException extends AccessDeniedException {

    private final String detail;

    MissingScopeException(Scope scope) {
        super("missing scope");
        this.detail = "The API key lacks the scope '" + scope.id() + "'.";
    }

    String detail() {
        return detail;
    }
}
