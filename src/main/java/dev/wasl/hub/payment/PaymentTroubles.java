package dev.wasl.hub.payment;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.springframework.stereotype.Component;

/** What about payments needs somebody. */
@Component
public class PaymentTroubles {

    private final PaymentStandings standings;
    private final PaymentPolling polling;

    PaymentTroubles(PaymentStandings standings, PaymentPolling polling) {
        this.standings = standings;
        this.polling = polling;
    }

    /** What a trouble is about. */
    public enum Kind {
        /** Payments with a confirmation that does not fit. */
        QUARANTINED,
        /** Payments that should have been asked about by now, or never ended. */
        UNKNOWN,
        /** A gateway that does not answer; known to the instance that asks. */
        SILENT
    }

    /**
     * One trouble of one tenant's gateway.
     *
     * @param what how many payments, or the code of what the gateway does instead of answering
     */
    public record Trouble(String tenant, String connector, Kind kind, String what) {}

    /**
     * The troubles of these tenants.
     *
     * @throws org.springframework.dao.DataAccessException when they cannot be read
     */
    public List<Trouble> of(Collection<String> tenants) {
        List<Trouble> troubles = new ArrayList<>();
        for (PaymentRequestRepository.Standing standing : standings.read()) {
            add(troubles, standing, Kind.QUARANTINED, standing.quarantined());
            add(troubles, standing, Kind.UNKNOWN, standing.overdue() + standing.unresolved());
        }
        polling.resting()
                .forEach((place, rest) ->
                        troubles.add(new Trouble(place.tenant(), place.connector(), Kind.SILENT, rest.code())));
        troubles.removeIf(trouble -> !tenants.contains(trouble.tenant()));
        return troubles;
    }

    private static void add(List<Trouble> troubles, PaymentRequestRepository.Standing standing, Kind kind, long count) {
        if (count > 0) {
            troubles.add(new Trouble(standing.tenant(), standing.connector(), kind, String.valueOf(count)));
        }
    }
}
