package dev.wasl.hub.connector.bosta;

import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.connector.ConnectorSync;
import dev.wasl.hub.connector.Want;
import dev.wasl.hub.connector.bosta.BostaSettings.FetchDetails;
import dev.wasl.hub.tenant.Tenants;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Takes webhooks as hints: they tell a new state but neither fees nor address nor phone, so the delivery's detail is
 * fetched, before polls and after people who wait. Called by the inbound route after it has published.
 */
@Component("bostaHints")
public class BostaHints {

    private static final Logger LOG = LoggerFactory.getLogger(BostaHints.class);

    private final ConnectorSync sync;
    private final Tenants tenants;
    private final BostaSync bosta;

    BostaHints(ConnectorSync sync, Tenants tenants, BostaSync bosta) {
        this.sync = sync;
        this.tenants = tenants;
        this.bosta = bosta;
    }

    /**
     * Wishes for the details of the deliveries that webhooks told of; everything else in the list is left alone. Works on
     * every instance. A hint that cannot be stored is logged and left to the next poll, which sees the change as well: the
     * webhook itself is safe.
     */
    public void hint(List<CanonicalMessage> messages) {
        Map<String, Set<String>> numbers = new LinkedHashMap<>();
        for (CanonicalMessage message : messages) {
            if (message.event().data() instanceof Delivery delivery
                    && delivery.via() == Delivery.Via.WEBHOOK
                    && message.event().connector().equals("bosta")
                    && BostaTransport.isTrackingNumber(delivery.trackingNumber())
                    && fetchesDetails(message.event().tenant())) {
                numbers.computeIfAbsent(message.event().tenant(), tenant -> new TreeSet<>())
                        .add(delivery.trackingNumber());
            }
        }
        numbers.forEach(this::want);
    }

    private void want(String tenant, Set<String> numbers) {
        try {
            sync.memory(tenant, "bosta")
                    .want(numbers.stream()
                            .map(number -> Want.of(number, Want.Reason.WEBHOOK))
                            .toList());
        } catch (DataAccessException e) {
            LOG.warn("{} hints of {} could not be stored; the next poll will find them.", numbers.size(), tenant, e);
            return;
        }
        bosta.hinted(tenant);
    }

    private boolean fetchesDetails(String tenant) {
        return tenants.settings(tenant, "bosta", BostaSettings.class)
                .map(settings -> settings.fetchDetails() != FetchDetails.NONE)
                .orElse(false);
    }
}
