package dev.wasl.hub.reconciliation;

import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.tenant.Tenant;
import dev.wasl.hub.tenant.Tenants;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import org.springframework.stereotype.Service;

/** Cash that couriers collected, and what of it they paid out. */
@Service
public class CashOnDelivery {

    private static final int MOST_LATE = 200;

    private final CashOnDeliveryRepository repository;
    private final Tenants tenants;
    private final ReportSettings settings;
    private final Clock clock;

    CashOnDelivery(CashOnDeliveryRepository repository, Tenants tenants, ReportSettings settings, Clock clock) {
        this.repository = repository;
        this.tenants = tenants;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * A tenant's day with one courier, in the tenant's time zone.
     *
     * @param deliveries how many deliveries brought cash in or out on the day
     * @param collected what customers paid on the day
     * @param paidOut what the courier paid to customers on the day, refunds for example
     * @param settlements how many deliveries the courier settled on the day
     * @param settled the cash of those: remitted and fees together
     * @param fees what the courier kept of it, tax included
     * @param remitted what it paid out to the business; negative when its fees were more than the cash
     * @param outstanding everything collected and not settled by the end of the day
     * @param open of what was collected on the day, what is not settled now
     * @param late of that, what the courier keeps longer than it may
     */
    public record Day(
            String tenant,
            LocalDate day,
            String courier,
            long deliveries,
            Money collected,
            Money paidOut,
            long settlements,
            Money settled,
            Money fees,
            Money remitted,
            Money outstanding,
            Money open,
            Money late) {}

    /** A delivery whose cash is late. */
    public record Late(
            String tenant, String courier, String trackingNumber, LocalDate collectedOn, Money collected, long days) {}

    /**
     * The report.
     *
     * @param days oldest first; days without any movement are absent
     * @param late what is late now, whatever the period, the oldest first; at most 200
     */
    public record Report(List<Day> days, List<Late> late) {}

    /** What happened to cash on delivery on some days, both inclusive. */
    public Report report(Collection<String> names, LocalDate from, LocalDate to) {
        List<Tenant> asked = names.stream().map(tenants::get).toList();
        long lateDays = settings.codLateAfter().toDays();
        return new Report(
                repository.days(asked, from, to, clock.instant(), lateDays),
                repository.late(asked, clock.instant(), lateDays, MOST_LATE));
    }
}
