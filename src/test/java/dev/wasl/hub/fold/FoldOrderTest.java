package dev.wasl.hub.fold;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.Payment;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The promise that everything else rests on: neither order nor repetition nor a stop in between changes the result. */
class FoldOrderTest {

    private static final JsonMapper JSON = new JsonMapper();

    @Property
    void a_delivery_does_not_depend_on_the_order_of_observations(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int count) {
        Statements statements = new Statements(seed);
        List<Delivery> told = statements.deliveries("1", count);

        DeliveryState one = delivery(told);
        DeliveryState other = delivery(statements.shuffled(told));

        assertThat(other).isEqualTo(one);
        assertThat(other.status()).isEqualTo(one.status());
        assertThat(other.unexpected()).isEqualTo(one.unexpected());
        assertThat(other.createdAt()).isEqualTo(one.createdAt());
        assertThat(other.attemptCount()).isEqualTo(one.attemptCount());
    }

    @Property
    void a_delivery_goes_on_from_its_row_as_if_it_had_never_been_stored(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int count) throws JsonProcessingException {
        DeliveryState whole = DeliveryState.NOTHING;
        DeliveryState stored = DeliveryState.NOTHING;
        for (Delivery delivery : new Statements(seed).deliveries("1", count)) {
            whole = whole.fold(delivery);
            stored = stored.fold(delivery);
            Map<String, Object> row = new LinkedHashMap<>();
            stored.write(row);
            stored = DeliveryState.read(
                    json(row),
                    json(stored.attempts().values().stream()
                            .map(DeliveryState::writeAttempt)
                            .toList()));
        }

        assertThat(stored).isEqualTo(whole);
    }

    @Property
    void fewer_fields_do_not_change_the_others(@ForAll long seed) {
        EnumSet<DeliveryField> fields = EnumSet.of(DeliveryField.KIND, DeliveryField.COD, DeliveryField.CREATED_AT);
        List<Delivery> told = new Statements(seed).deliveries("1", 8);

        DeliveryState reduced = DeliveryState.NOTHING;
        for (Delivery delivery : told) {
            reduced = reduced.fold(delivery).only(fields);
        }

        assertThat(reduced).isEqualTo(delivery(told).only(fields));
    }

    @Property
    void a_payment_does_not_depend_on_the_order_of_statements(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int count) {
        Statements statements = new Statements(seed);
        List<Payment> told = statements.payments("pi_1", count);

        PaymentState one = payment(told);
        PaymentState other = payment(statements.shuffled(told));

        assertThat(other).isEqualTo(one);
        assertThat(other.status()).isEqualTo(one.status());
        assertThat(other.refundings()).isEqualTo(one.refundings());
    }

    @Property
    void a_payment_goes_on_from_its_row_as_if_it_had_never_been_stored(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int count) throws JsonProcessingException {
        PaymentState whole = PaymentState.NOTHING;
        PaymentState stored = PaymentState.NOTHING;
        for (Payment payment : new Statements(seed).payments("pi_1", count)) {
            whole = whole.fold(payment);
            Map<String, Object> row = new LinkedHashMap<>();
            stored.fold(payment).write(row);
            stored = PaymentState.read(json(row));
        }

        assertThat(stored).isEqualTo(whole);
    }

    @Property
    void a_notification_does_not_depend_on_the_order_of_statements(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int count) throws JsonProcessingException {
        Statements statements = new Statements(seed);
        List<Notification> told = statements.notifications("n-1", count);

        NotificationState one = notification(told);
        NotificationState other = NotificationState.NOTHING;
        for (Notification notification : statements.shuffled(told)) {
            Map<String, Object> row = new LinkedHashMap<>();
            other.fold(notification).write(row);
            other = NotificationState.read("n-1", json(row));
        }

        assertThat(other).isEqualTo(one);
    }

    private static DeliveryState delivery(List<Delivery> told) {
        DeliveryState state = DeliveryState.NOTHING;
        for (Delivery delivery : told) {
            state = state.fold(delivery);
        }
        return state;
    }

    private static PaymentState payment(List<Payment> told) {
        PaymentState state = PaymentState.NOTHING;
        for (Payment payment : told) {
            state = state.fold(payment);
        }
        return state;
    }

    private static NotificationState notification(List<Notification> told) {
        NotificationState state = NotificationState.NOTHING;
        for (Notification notification : told) {
            state = state.fold(notification);
        }
        return state;
    }

    private static Map<String, Object> json(Map<String, Object> row) throws JsonProcessingException {
        return JSON.readValue(JSON.writeValueAsString(row), new TypeReference<>() {});
    }

    private static List<Map<String, Object>> json(List<Map<String, Object>> rows) throws JsonProcessingException {
        return JSON.readValue(JSON.writeValueAsString(rows), new TypeReference<>() {});
    }
}
