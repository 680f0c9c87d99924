package dev.wasl.hub.crm;

import java.util.Collection;
import java.util.Set;

/** What the CRM knows of deliveries that cross a border, for those who see single events only. */
public interface BorderCrossings {

    /**
     * Which of these deliveries are known to cross a border.
     *
     * @param courier the connector, {@code bosta}
     */
    Set<String> among(String tenant, String courier, Collection<String> trackingNumbers);
}
