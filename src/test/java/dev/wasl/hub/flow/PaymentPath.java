package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.mapping.MappingsForTests;
import dev.wasl.hub.payment.PaymentExpectations;
import dev.wasl.hub.tenant.Tenants;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The steps of a payment's route between the queue and the publication: map, then admit. */
public final class PaymentPath {

    private final MapInbound mapInbound;
    private final PaymentGuard guard;

    public PaymentPath(Tenants tenants, PaymentExpectations expectations) {
        this.mapInbound = new MapInbound(MappingsForTests.engine(), MappingsForTests.codec(), tenants);
        this.guard = new PaymentGuard(expectations);
    }

    /**
     * What becomes of a received message.
     *
     * @param mapping the stem of the route
     */
    public Outcome of(String mapping, InboundMessage message) {
        Mapped judged = guard.admit(List.of(mapInbound.map(mapping, message))).get(0);
        return new Outcome(
                judged.events().stream().map(event -> (Payment) event.data()).toList(), judged.failure());
    }

    /**
     * @param published the payments that would be published
     * @param parked why it would be parked, null when it is not
     */
    public record Outcome(List<Payment> published, @Nullable HubException parked) {}
}
