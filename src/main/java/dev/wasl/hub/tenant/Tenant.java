package dev.wasl.hub.tenant;

import java.time.ZoneId;
import java.util.Set;

/**
 * A business that uses the hub.
 *
 * @param key its name in paths, tables and messages
 * @param name its name for people
 * @param currency ISO 4217
 * @param language BCP 47, the default language of its customers
 * @param timeZone where its days begin
 * @param country ISO 3166-1 alpha-2, the default region of its phone numbers
 * @param ownPhones the business's own numbers, E.164, which tell no customer from another
 * @param connectors the connectors it has configured
 */
public record Tenant(
        String key,
        String name,
        String currency,
        String language,
        ZoneId timeZone,
        String country,
        Set<String> ownPhones,
        Set<String> connectors) {}
