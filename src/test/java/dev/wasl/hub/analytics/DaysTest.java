package dev.wasl.hub.analytics;

import static dev.wasl.hub.Projections.message;
import static dev.wasl.hub.fold.Observation.detail;
import static dev.wasl.hub.fold.Observation.search;
import static dev.wasl.hub.fold.Observation.webhook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.Projections;
import dev.wasl.hub.canonical.CanonicalData;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The days of the daily tables, written out: a recount takes the days from the facts and repeats their mistakes. */
class DaysTest {

    private static final String CAIRO = "hvar";
    private static final String KOLKATA = "telite";
    private static final String UNKNOWN = "nobody";

    private final Projections projections = new Projections();
    private final AnalyticsProjection analytics = projections.bean(AnalyticsProjection.class);
    private final AnalyticsAudit audit = projections.bean(AnalyticsAudit.class);

    @AfterEach
    void close() {
        projections.close();
    }

    @Test
    void midnight_is_cairos_in_winter_in_summer_and_in_the_nights_when_the_clocks_change() {
        countsOnDays(
                CAIRO,
                List.of(
                        // two hours ahead of UTC
                        "2026-01-10T21:59:59.999999Z",
                        "2026-01-10T22:00:00Z",
                        // on Friday 24 April 00:00 becomes 01:00
                        "2026-04-23T21:59:59.999999Z",
                        "2026-04-23T22:00:00Z",
                        "2026-04-24T20:59:59.999999Z",
                        "2026-04-24T21:00:00Z",
                        // three hours ahead of UTC
                        "2026-07-10T20:59:59.999999Z",
                        "2026-07-10T21:00:00Z",
                        // on Thursday 29 October 24:00 becomes 23:00, and the last hour comes twice
                        "2026-10-29T20:59:59.999999Z",
                        "2026-10-29T21:00:00Z",
                        "2026-10-29T21:59:59.999999Z",
                        "2026-10-29T22:00:00Z"),
                "2026-01-10 1",
                "2026-01-11 1",
                "2026-04-23 1",
                "2026-04-24 2",
                "2026-04-25 1",
                "2026-07-10 1",
                "2026-07-11 1",
                "2026-10-29 3",
                "2026-10-30 1");
    }

    @Test
    void midnight_is_kolkatas_five_and_a_half_hours_ahead_of_utc() {
        countsOnDays(
                KOLKATA,
                List.of("2026-01-10T18:29:59.999999Z", "2026-01-10T18:30:00Z", "2026-07-10T18:30:00Z"),
                "2026-01-10 1",
                "2026-01-11 1",
                "2026-07-11 1");
    }

    @Test
    void a_tenant_that_is_not_configured_any_more_has_days_of_utc() {
        countsOnDays(
                UNKNOWN,
                List.of("2026-01-10T23:59:59.999999Z", "2026-01-11T00:00:00Z"),
                "2026-01-10 1",
                "2026-01-11 1");
    }

    /** A delivery, a payment and a notification that begin and end at each of these moments. */
    private void countsOnDays(String tenant, List<String> moments, String... daysAndCounts) {
        for (String at : moments) {
            apply(tenant, detail("D" + at, 45, at).created(at).delivered(at).delivery());
            apply(tenant, paid("pi_" + at, at, 1));
            apply(tenant, notified("n-" + at, 1, Notification.Status.REQUESTED, at));
            apply(tenant, notified("n-" + at, 1, Notification.Status.DELIVERED, at));
        }

        for (String counted : List.of(
                "created FROM analytics.daily_delivery",
                "delivered FROM analytics.daily_delivery",
                "created FROM analytics.daily_payment",
                "captured FROM analytics.daily_payment",
                "captured_minor FROM analytics.daily_payment",
                "requested FROM analytics.daily_notification",
                "delivered FROM analytics.daily_notification")) {
            assertThat(strings("SELECT day || ' ' || " + counted + " ORDER BY day"))
                    .as(counted)
                    .containsExactly(daysAndCounts);
        }
        assertThat(audit.differences(tenant)).isEmpty();
    }

    // --- payments -------------------------------------------------------------------------------------------------

    @Test
    void a_payment_counts_each_number_on_the_day_of_its_own_event() {
        apply(CAIRO, said(PaymentStatus.PENDING, "pi_1", "2026-01-10T12:00:00Z", 1_000, null, null));
        apply(CAIRO, fee("pi_1", "2026-01-11T12:00:00Z", 1_000, 30));
        apply(CAIRO, said(PaymentStatus.PARTIALLY_REFUNDED, "pi_1", "2026-01-12T12:00:00Z", 1_000, 300L, "re_1"));
        apply(CAIRO, said(PaymentStatus.PARTIALLY_REFUNDED, "pi_1", "2026-01-13T22:30:00Z", 1_000, 200L, "re_2"));
        apply(CAIRO, said(PaymentStatus.REFUND_FAILED, "pi_1", "2026-01-15T12:00:00Z", 1_000, 200L, "re_2"));
        apply(CAIRO, said(PaymentStatus.DISPUTED, "pi_1", "2026-01-16T12:00:00Z", 1_000, null, null));
        apply(CAIRO, said(PaymentStatus.FAILED, "pi_2", "2026-01-16T12:00:00Z", 700, null, null));

        assertThat(payments())
                .containsExactly(
                        "2026-01-10 1 0 0 0 0 0 0",
                        "2026-01-11 0 1 1000 30 0 0 0",
                        "2026-01-12 0 0 0 0 0 300 0",
                        "2026-01-14 0 0 0 0 0 200 0",
                        "2026-01-15 0 0 0 0 0 -200 0",
                        "2026-01-16 1 0 0 0 1 0 1");
        assertThat(audit.differences(CAIRO)).isEmpty();
    }

    @Test
    void a_statement_that_comes_late_reopens_the_day_it_belongs_to() {
        apply(CAIRO, paid("pi_1", "2026-01-12T12:00:00Z", 1_000));
        apply(CAIRO, said(PaymentStatus.REFUNDED, "pi_1", "2026-01-20T12:00:00Z", 1_000, 600L, "re_1"));
        assertThat(payments()).containsExactly("2026-01-12 1 1 1000 0 0 0 0", "2026-01-20 0 0 0 0 0 600 0");

        apply(CAIRO, said(PaymentStatus.PENDING, "pi_1", "2026-01-10T22:30:00Z", 1_000, null, null));
        apply(CAIRO, said(PaymentStatus.PARTIALLY_REFUNDED, "pi_1", "2026-01-14T12:00:00Z", 1_000, 400L, "re_0"));

        assertThat(payments())
                .containsExactly(
                        "2026-01-11 1 0 0 0 0 0 0",
                        "2026-01-12 0 1 1000 0 0 0 0",
                        "2026-01-14 0 0 0 0 0 400 0",
                        "2026-01-20 0 0 0 0 0 600 0");
        assertThat(audit.differences(CAIRO)).isEmpty();
    }

    @Test
    void a_correction_moves_a_payment_from_one_day_to_another() {
        apply(CAIRO, said(PaymentStatus.FAILED, "pi_1", "2026-01-10T12:00:00Z", 1_000, null, null));
        apply(CAIRO, paid("pi_1", "2026-01-12T12:00:00Z", 1_000));
        assertThat(payments()).containsExactly("2026-01-10 1 0 0 0 0 0 0", "2026-01-12 0 1 1000 0 0 0 0");

        apply(CAIRO, fee("pi_1", "2026-01-10T22:30:00Z", 800, 20));
        assertThat(payments())
                .as("taken a day earlier than was told, with the amount of the newest word")
                .containsExactly("2026-01-10 1 0 0 0 0 0 0", "2026-01-11 0 1 1000 20 0 0 0");

        apply(CAIRO, paid("pi_1", "2026-01-13T12:00:00Z", 900));
        assertThat(payments()).containsExactly("2026-01-10 1 0 0 0 0 0 0", "2026-01-11 0 1 900 20 0 0 0");
        assertThat(audit.differences(CAIRO)).isEmpty();
    }

    @Test
    void a_payment_that_was_voided_is_no_money_captured_on_any_day_and_no_refund() {
        apply(CAIRO, fee("pi_1", "2026-01-10T12:00:00Z", 1_000, 30));
        apply(CAIRO, said(PaymentStatus.CANCELLED, "pi_1", "2026-01-11T12:00:00Z", 1_000, null, null));
        apply(CAIRO, said(PaymentStatus.CANCELLED, "pi_2", "2026-01-12T12:00:00Z", 1_000, null, null));
        apply(CAIRO, paid("pi_2", "2026-01-12T12:00:00Z", 1_000));

        assertThat(payments()).containsExactly("2026-01-10 1 0 0 0 0 0 0", "2026-01-12 1 0 0 0 0 0 0");
        assertThat(audit.differences(CAIRO)).isEmpty();

        apply(CAIRO, paid("pi_1", "2026-01-13T12:00:00Z", 1_000));

        assertThat(payments())
                .as("taken after all")
                .containsExactly("2026-01-10 1 1 1000 30 0 0 0", "2026-01-12 1 0 0 0 0 0 0");
        assertThat(audit.differences(CAIRO)).isEmpty();
    }

    @Test
    void a_payment_that_was_refunded_and_then_cancelled_keeps_its_capture_and_its_refund() {
        apply(CAIRO, paid("pi_1", "2026-01-10T12:00:00Z", 1_000));
        apply(CAIRO, said(PaymentStatus.REFUNDED, "pi_1", "2026-01-11T12:00:00Z", 1_000, 1_000L, "re_1"));
        apply(CAIRO, said(PaymentStatus.CANCELLED, "pi_1", "2026-01-12T12:00:00Z", 1_000, null, null));

        assertThat(payments()).containsExactly("2026-01-10 1 1 1000 0 0 0 0", "2026-01-11 0 0 0 0 0 1000 0");
    }

    // --- notifications --------------------------------------------------------------------------------------------

    @Test
    void a_notification_counts_each_step_on_its_own_day() {
        apply(CAIRO, notified("n-1", 1, Notification.Status.REQUESTED, "2026-01-10T12:00:00Z"));
        apply(CAIRO, notified("n-1", 1, Notification.Status.DELIVERED, "2026-01-10T22:30:00Z"));
        apply(CAIRO, notified("n-1", 1, Notification.Status.READ, "2026-01-12T12:00:00Z"));
        apply(CAIRO, notified("n-2", 1, Notification.Status.REQUESTED, "2026-01-10T12:00:00Z"));
        apply(CAIRO, notified("n-2", 1, Notification.Status.FAILED, "2026-01-11T22:30:00Z"));

        assertThat(notifications())
                .containsExactly(
                        "2026-01-10 WHATSAPP delivered 2 0 0 0",
                        "2026-01-11 WHATSAPP delivered 0 1 0 0",
                        "2026-01-12 WHATSAPP delivered 0 0 1 1");
        assertThat(audit.differences(CAIRO)).isEmpty();
    }

    @Test
    void a_receipt_that_comes_late_reopens_its_day_and_a_second_attempt_moves_the_notification_to_its_channel() {
        apply(CAIRO, notified("n-1", 1, Notification.Status.REQUESTED, "2026-01-10T12:00:00Z"));
        apply(CAIRO, notified("n-1", 1, Notification.Status.FAILED, "2026-01-11T12:00:00Z"));
        apply(CAIRO, notified("n-1", 2, Notification.Status.READ, "2026-01-14T12:00:00Z"));
        assertThat(notifications())
                .as("whoever read it got it, when he read it at the latest")
                .containsExactly("2026-01-10 SMS delivered 1 0 0 0", "2026-01-14 SMS delivered 0 1 1 0");

        apply(CAIRO, notified("n-1", 2, Notification.Status.DELIVERED, "2026-01-11T22:30:00Z"));

        assertThat(notifications())
                .containsExactly(
                        "2026-01-10 SMS delivered 1 0 0 0",
                        "2026-01-12 SMS delivered 0 1 0 0",
                        "2026-01-14 SMS delivered 0 0 1 0");
        assertThat(audit.differences(CAIRO)).isEmpty();
    }

    // --- deliveries -----------------------------------------------------------------------------------------------

    @Test
    void a_correction_moves_a_delivery_from_one_day_to_another() {
        apply(CAIRO, search("1", 45, "2026-01-14T12:00:00Z").cod(500).delivery());
        assertThat(deliveries())
                .as("as ordered, as long as nobody says what was collected")
                .containsExactly("2026-01-14 1 500 1 0 0 500 0");

        apply(
                CAIRO,
                detail("1", 45, "2026-01-15T12:00:00Z")
                        .created("2026-01-09T22:30:00Z")
                        .delivered("2026-01-12T22:30:00Z")
                        .cod(700)
                        .codCollected(700)
                        .fees(50)
                        .attempt("a1", Delivery.Attempt.Outcome.FAILED, "2026-01-11T22:30:00Z")
                        .deposited(600, "2026-01-14T22:30:00Z")
                        .delivery());
        assertThat(deliveries())
                .containsExactly(
                        "2026-01-10 1 700 0 0 0 0 0",
                        "2026-01-12 0 0 0 1 0 0 0",
                        "2026-01-13 0 0 1 0 50 700 0",
                        "2026-01-15 0 0 0 0 0 0 600");

        apply(CAIRO, webhook("1", 46, "2026-01-16T12:00:00Z").delivery());
        assertThat(deliveries())
                .as("returned after all; the cash stays where it was collected")
                .containsExactly(
                        "2026-01-10 1 700 0 0 0 0 0",
                        "2026-01-12 0 0 0 1 0 0 0",
                        "2026-01-13 0 0 0 0 0 700 0",
                        "2026-01-15 0 0 0 0 0 0 600",
                        "2026-01-16 0 0 0 0 50 0 0");
        assertThat(audit.differences(CAIRO)).isEmpty();
    }

    // --- what the tables hold, without rows of zeros ----------------------------------------------------------------

    private List<String> payments() {
        return strings("""
                SELECT concat_ws(' ', day, created, captured, captured_minor, fees_minor, failed, refunded_minor, disputed)
                FROM analytics.daily_payment
                WHERE (created, captured, captured_minor, fees_minor, failed, refunded_minor, disputed)
                    <> (0, 0, 0, 0, 0, 0, 0)
                ORDER BY day""");
    }

    private List<String> notifications() {
        return strings("""
                SELECT concat_ws(' ', day, channel, rule, requested, delivered, read, failed)
                FROM analytics.daily_notification
                WHERE (requested, delivered, read, failed) <> (0, 0, 0, 0)
                ORDER BY day""");
    }

    private List<String> deliveries() {
        return strings("""
                SELECT concat_ws(' ', day, created, cod_expected_minor, delivered, failed_attempts, fees_minor,
                    cod_collected_minor, net_deposited_minor)
                FROM analytics.daily_delivery
                WHERE (created, cod_expected_minor, delivered, failed_attempts, fees_minor, cod_collected_minor,
                    net_deposited_minor) <> (0, 0, 0, 0, 0, 0, 0)
                ORDER BY day""");
    }

    private List<String> strings(String sql) {
        return projections.jdbc().queryForList(sql, String.class);
    }

    // --- what is told ---------------------------------------------------------------------------------------------

    private void apply(String tenant, CanonicalData data) {
        analytics.apply(List.of(message(tenant, data)));
    }

    private static Payment paid(String id, String at, long minor) {
        return said(PaymentStatus.CAPTURED, id, at, minor, null, null);
    }

    private static Payment fee(String id, String at, long minor, long fee) {
        return payment(PaymentStatus.CAPTURED, id, at, minor, null, null, fee);
    }

    private static Payment said(
            PaymentStatus status,
            String id,
            String at,
            long minor,
            @Nullable Long refundMinor,
            @Nullable String refundId) {
        return payment(status, id, at, minor, refundMinor, refundId, null);
    }

    private static Payment payment(
            PaymentStatus status,
            String id,
            String at,
            long minor,
            @Nullable Long refundMinor,
            @Nullable String refundId,
            @Nullable Long fee) {
        return new Payment(
                "paymob",
                UUID.randomUUID().toString(),
                "event",
                id,
                null,
                null,
                status,
                new Money(minor, "EGP"),
                null,
                refundMinor == null ? null : new Money(refundMinor, "EGP"),
                refundId,
                null,
                fee == null ? null : new Money(fee, "EGP"),
                Instant.parse(at),
                true,
                null,
                null,
                null,
                null,
                "REQUERIED");
    }

    private static Notification notified(String id, int attemptNo, Notification.Status status, String at) {
        return new Notification(
                id,
                "delivered",
                "delivery/bosta/1#DELIVERED",
                attemptNo == 1 ? Notification.Channel.WHATSAPP : Notification.Channel.SMS,
                null,
                null,
                attemptNo,
                status,
                new Party(null, null, null, null, null),
                "ar",
                null,
                "1",
                null,
                null,
                Instant.parse(at));
    }
}
