package dev.wasl.hub.payment;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.tenant.Tenants;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** The gateways that the hub can talk to, by connector. */
@Component
class Gateways {

    private final Map<String, PaymentGateway> byConnector = new HashMap<>();
    private final Map<String, String> aliases = new HashMap<>();
    private final Tenants tenants;

    @Autowired
    Gateways(ObjectProvider<PaymentGateway> gateways, ObjectProvider<Webhook> webhooks, Tenants tenants) {
        this(gateways.stream().toList(), webhooks.stream().toList(), tenants);
    }

    Gateways(Collection<PaymentGateway> gateways, Collection<? extends Webhook> webhooks, Tenants tenants) {
        gateways.forEach(gateway -> {
            if (byConnector.put(gateway.connector(), gateway) != null) {
                throw new IllegalStateException("two gateways are called " + gateway.connector());
            }
        });
        webhooks.forEach(webhook ->
                webhook.aliases().forEach(alias -> aliases.put(alias.toLowerCase(Locale.ROOT), webhook.connector())));
        this.tenants = tenants;
    }

    /** The connectors that can be asked, sorted. */
    Set<String> connectors() {
        return new TreeSet<>(byConnector.keySet());
    }

    /** A gateway that a tenant has configured and that can be asked. */
    Optional<PaymentGateway> find(String tenant, String connector) {
        return Optional.ofNullable(byConnector.get(connector)).filter(gateway -> tenants.find(tenant)
                .map(known -> known.connectors().contains(connector))
                .orElse(false));
    }

    /**
     * The gateway that a back office means: the connector, another name of it ({@code mtn}), or the gateway whatever the
     * version ({@code flutterwave}).
     *
     * @throws HubException {@code CONNECTOR_NOT_FOUND}
     */
    PaymentGateway named(String tenant, String name) {
        String plain = name.strip().toLowerCase(Locale.ROOT);
        return find(tenant, plain)
                .or(() -> Optional.ofNullable(aliases.get(plain)).flatMap(connector -> find(tenant, connector)))
                .or(() -> oneOf(tenant, plain))
                .orElseThrow(() -> new HubException(
                        ErrorCode.CONNECTOR_NOT_FOUND,
                        tenant + " has no gateway of this name that can be asked for a payment; it has "
                                + known(tenant)));
    }

    private Optional<PaymentGateway> oneOf(String tenant, String gateway) {
        List<PaymentGateway> versions = connectors().stream()
                .flatMap(connector -> find(tenant, connector).stream())
                .filter(one -> one.gateway().equals(gateway))
                .toList();
        return versions.size() == 1 ? Optional.of(versions.get(0)) : Optional.empty();
    }

    private String known(String tenant) {
        List<String> known = connectors().stream()
                .filter(connector -> find(tenant, connector).isPresent())
                .toList();
        return known.isEmpty() ? "none" : String.join(", ", known);
    }
}
