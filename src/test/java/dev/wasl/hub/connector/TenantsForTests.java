package dev.wasl.hub.connector;

import dev.wasl.hub.tenant.Tenants;
import java.util.Map;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Tenants from properties, without Spring's context. */
public final class TenantsForTests {

    private TenantsForTests() {}

    /** Tenants as the properties describe them, {@code wasl.tenants.hvar.connectors.stripe.signing-secrets[0]}. */
    public static Tenants of(Map<String, Object> properties) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
        return new Tenants(environment);
    }
}
