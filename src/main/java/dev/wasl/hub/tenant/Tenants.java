package dev.wasl.hub.tenant;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.mapping.Phones;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** The tenants and what each has configured, read once at start from {@code wasl.tenants}. */
@Component
public class Tenants {

    /** Stands in place of a tenant's name where a message does not say whose it is. */
    public static final String UNKNOWN = "unknown";

    private final Map<String, Tenant> tenants;
    private final Binder binder;
    private final Map<String, Object> bound = new ConcurrentHashMap<>();

    public Tenants(Environment environment) {
        this.binder = Binder.get(environment);
        Map<String, TenantSettings> settings = binder.bind(
                        "wasl.tenants", Bindable.mapOf(String.class, TenantSettings.class))
                .orElseGet(Map::of);
        ConnectorNames names = ConnectorNames.read(environment);
        Map<String, Tenant> read = new LinkedHashMap<>();
        settings.forEach((name, value) -> read.put(name, value.named(name, names)));
        this.tenants = Map.copyOf(read);
    }

    /** A tenant by name. */
    public Optional<Tenant> find(String name) {
        return Optional.ofNullable(tenants.get(name));
    }

    /**
     * A tenant that is known to exist.
     *
     * @throws HubException {@code UNKNOWN_TENANT}
     */
    public Tenant get(String name) {
        return find(name).orElseThrow(() -> new HubException(ErrorCode.UNKNOWN_TENANT, "no tenant named " + name));
    }

    /** The own numbers of a business, E.164; none for a tenant that is not known. */
    public Set<String> ownPhones(String name) {
        return find(name).map(Tenant::ownPhones).orElse(Set.of());
    }

    /** Every tenant's name, sorted. */
    public Set<String> names() {
        return new TreeSet<>(tenants.keySet());
    }

    /** The names of the tenants that configured a connector, sorted. */
    public List<String> having(String connector) {
        return names().stream()
                .filter(name -> get(name).connectors().contains(connector))
                .toList();
    }

    /**
     * The settings of one tenant's connector, bound to a record (every key optional unless the record says otherwise).
     *
     * @return empty when the tenant has not configured the connector
     */
    @SuppressWarnings("unchecked")
    public <T> Optional<T> settings(String tenant, String connector, Class<T> type) {
        if (!find(tenant).map(t -> t.connectors().contains(connector)).orElse(false)) {
            return Optional.empty();
        }
        String path = "wasl.tenants." + tenant + ".connectors." + connector;
        return Optional.of((T) bound.computeIfAbsent(
                path + '#' + type.getName(), key -> binder.bindOrCreate(path, Bindable.of(type))));
    }

    /**
     * Binding form of a tenant.
     *
     * @param name a person's name for the tenant
     * @param country ISO 3166-1 alpha-2; the default region of phone numbers
     * @param ownPhones the business's own numbers, in any form that a person writes
     */
    record TenantSettings(
            String name,
            String currency,
            String language,
            java.time.ZoneId timeZone,
            String country,
            List<String> ownPhones,
            Map<String, Map<String, Object>> connectors) {

        Tenant named(String key, ConnectorNames names) {
            String region = country == null ? "EG" : country;
            return new Tenant(
                    key,
                    name == null ? key : name,
                    currency == null ? "EGP" : currency,
                    language == null ? "ar" : language,
                    timeZone == null ? java.time.ZoneId.of("Africa/Cairo") : timeZone,
                    region,
                    ownPhones == null
                            ? Set.of()
                            : ownPhones.stream()
                                    .map(phone -> e164(key, phone, region))
                                    .collect(Collectors.toUnmodifiableSet()),
                    connectors == null
                            ? Set.of()
                            : connectors.keySet().stream()
                                    .map(connector -> names.proper(key, connector))
                                    .collect(Collectors.toUnmodifiableSet()));
        }

        private static String e164(String tenant, String written, String region) {
            // as the phones of messages are read, with which these are compared
            String phone = Phones.toE164(written, region);
            if (phone != null) {
                return phone;
            }
            throw new HubException(
                    ErrorCode.CONFIGURATION,
                    "wasl.tenants." + tenant + ".own-phones: " + written
                            + " is not a phone number; write it in quotes and with + and country code");
        }
    }
}
