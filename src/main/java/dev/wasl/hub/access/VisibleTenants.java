package dev.wasl.hub.access;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.tenant.Tenants;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;

/**
 * The one place that decides which tenants the current request may see. The answer is always a list of names: nobody
 * logged in means an empty one.
 */
@Component
public class VisibleTenants {

    private final Tenants tenants;

    VisibleTenants(Tenants tenants) {
        this.tenants = tenants;
    }

    /** Every tenant that the current user or key may see, sorted. */
    public List<String> all() {
        return of(tenants.names());
    }

    /** Whose work the current user or key may see: every visible tenant's, and what names no tenant if none is withheld. */
    public List<String> allWork() {
        Set<String> names = tenants.names();
        names.add(Tenants.UNKNOWN);
        return of(names);
    }

    private static List<String> of(Set<String> names) {
        Authentication who = SecurityContextHolder.getContext().getAuthentication();
        if (who == null || !who.isAuthenticated() || who instanceof AnonymousAuthenticationToken) {
            return List.of();
        }
        if (who.getPrincipal() instanceof ApiKey key && key.tenants() != null) {
            names.retainAll(key.tenants());
        }
        return List.copyOf(names);
    }

    /**
     * Narrows to one tenant where the caller asks for one.
     *
     * @param requested a tenant's name; null for all visible ones
     * @throws HubException {@code UNKNOWN_TENANT}, the same whether it does not exist or is not visible
     */
    public List<String> narrow(@Nullable String requested) {
        return narrow(all(), requested);
    }

    /**
     * Narrows work to that of one tenant where the caller asks for one.
     *
     * @param requested a tenant's name, or {@link Tenants#UNKNOWN}; null for all visible work
     * @throws HubException {@code UNKNOWN_TENANT} as {@link #narrow} does
     */
    public List<String> narrowWork(@Nullable String requested) {
        return narrow(allWork(), requested);
    }

    private static List<String> narrow(List<String> visible, @Nullable String requested) {
        if (requested == null || requested.isBlank()) {
            return visible;
        }
        if (!visible.contains(requested)) {
            throw new HubException(ErrorCode.UNKNOWN_TENANT, "No tenant of this name is visible to you.");
        }
        return List.of(requested);
    }
}
