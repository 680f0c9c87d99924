package dev.wasl.hub.access;

import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Keeps who changed what, when, from where and why. Rows are only ever added; the database refuses to change them. */
@Component
public class Audit {

    private final AuditRepository repository;
    private final Clock clock;

    Audit(AuditRepository repository, Clock clock) {
        this.repository = repository;
        this.clock = clock;
    }

    /**
     * Records what the user or the key of the current request did. Call it before the deed: a deed that fails is still
     * an attempt, a deed that nobody recorded is not acceptable.
     *
     * @param action what, {@code parked.replay}
     * @param target on what, {@code parked/0198...}
     * @param tenant whose, if one tenant's
     * @param reason why, in the actor's words
     */
    public void record(String action, String target, @Nullable String tenant, @Nullable String reason) {
        Authentication who = SecurityContextHolder.getContext().getAuthentication();
        String kind = who != null && who.getPrincipal() instanceof ApiKey ? "API_KEY" : "USER";
        String actor = who == null ? "unknown" : who.getName();
        repository.add(clock.instant(), actor, kind, action, target, tenant, reason, address());
    }

    void login(String username, @Nullable String address) {
        repository.add(clock.instant(), username, "USER", "login", "console", null, null, address);
    }

    void byHub(String action, String target, String reason) {
        repository.add(clock.instant(), "hub", "HUB", action, target, null, reason, null);
    }

    private static @Nullable String address() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
                ? attributes.getRequest().getRemoteAddr()
                : null;
    }
}
