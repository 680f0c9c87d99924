package dev.wasl.hub.crm;

import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.DeliveryStatus;
import dev.wasl.hub.ops.LogContext;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Makes known that a courier told a state that the hub does not know, which changes nothing about where a delivery is:
 * {@code wasl.delivery.unknown}, by tenant and courier, and a line in the log with the code.
 */
@Component
class UnknownStates {

    private static final Logger LOG = LoggerFactory.getLogger(UnknownStates.class);

    private final MeterRegistry meters;

    UnknownStates(MeterRegistry meters) {
        this.meters = meters;
    }

    /** Reports what there is of that among messages whose transaction has committed, in one line for each code. */
    void report(Collection<CanonicalMessage> applied) {
        Map<State, List<CanonicalMessage>> unknown = new LinkedHashMap<>();
        for (CanonicalMessage message : applied) {
            if (message.event().data() instanceof Delivery delivery && delivery.status() == DeliveryStatus.OTHER) {
                State state = new State(message.event().tenant(), delivery.courier(), delivery.rawStateCode());
                unknown.computeIfAbsent(state, s -> new ArrayList<>()).add(message);
            }
        }
        unknown.forEach(this::report);
    }

    private void report(State state, List<CanonicalMessage> told) {
        meters.counter("wasl.delivery.unknown", "tenant", state.tenant(), "courier", state.courier())
                .increment(told.size());
        CanonicalEvent first = told.get(0).event();
        LogContext logged = LogContext.message(state.tenant(), first.id());
        try {
            LOG.warn(
                    "State {} of {} is not known; it is kept, but changes nothing ({} messages, the first about {}).",
                    state.code(),
                    state.courier(),
                    told.size(),
                    first.subject());
        } finally {
            logged.end();
        }
    }

    private record State(String tenant, String courier, int code) {}
}
