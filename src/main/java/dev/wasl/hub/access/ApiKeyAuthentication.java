package dev.wasl.hub.access;

import java.util.stream.Collectors;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** A request that brought a usable API key. */
class ApiKeyAuthentication extends AbstractAuthenticationToken {

    private final transient ApiKey key;

    ApiKeyAuthentication(ApiKey key) {
        super(key.scopes().stream()
                .map(scope -> new SimpleGrantedAuthority(scope.authority()))
                .collect(Collectors.toSet()));
        this.key = key;
        setAuthenticated(true);
    }

    @Override
    public ApiKey getPrincipal() {
        return key;
    }

    @Override
    public String getName() {
        return key.name();
    }

    /** The key itself is not kept. */
    @Override
    public String getCredentials() {
        return "";
    }
}
