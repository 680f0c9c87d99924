package dev.wasl.hub.crm;

import static dev.wasl.hub.Projections.messages;
import static dev.wasl.hub.fold.Observation.webhook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.Projections;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.crm.Customers.CustomerView;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which second phones make two customers one, and which are nobody's. */
class SecondPhonesTest {

    private static final String OWN = "+201099999999"; // of the tenant hvar, see Projections
    private static final String MONA = "+201000000001";
    private static final String MONAS_OTHER = "+201000000002";
    private static final String ALI = "+201000000003";

    private final Projections projections = new Projections();
    private final CrmProjection crm = projections.bean(CrmProjection.class);
    private final Customers customers = projections.bean(Customers.class);

    @AfterEach
    void close() {
        projections.close();
    }

    private static Stream<Arguments> ways_to_tell_two_phones() {
        return Stream.of(
                Arguments.of(List.of(MONA, MONAS_OTHER), MONA, MONAS_OTHER),
                Arguments.of(List.of(MONAS_OTHER, MONA), MONA, MONAS_OTHER),
                Arguments.of(List.of(MONA, MONAS_OTHER), MONAS_OTHER, MONA),
                Arguments.of(List.of(MONAS_OTHER), MONA, MONAS_OTHER),
                Arguments.of(List.of(MONA), MONAS_OTHER, MONA));
    }

    @ParameterizedTest
    @MethodSource("ways_to_tell_two_phones")
    void one_message_with_two_phones_makes_one_customer_of_both(List<String> before, String phone, String second) {
        before.forEach(each -> order("P" + each, each, null));
        order("1", phone, second);

        assertMonaIsOne(1 + before.size());
    }

    @ParameterizedTest
    @MethodSource("ways_to_tell_two_phones")
    void who_orders_by_a_phone_that_was_named_before_is_the_customer_who_named_it(
            List<String> after, String phone, String second) {
        order("1", phone, second);
        after.forEach(each -> order("P" + each, each, null));

        assertMonaIsOne(1 + after.size());
    }

    @Test
    void two_orders_in_one_batch_with_each_others_phones_are_of_one_customer() {
        crm.apply(messages(
                "hvar", List.of(delivery("1", "Mona", MONA, MONAS_OTHER), delivery("2", "M", MONAS_OTHER, null))));

        assertMonaIsOne(2);
    }

    @Test
    void the_own_phone_of_a_business_is_nobodys() {
        order("1", MONA, OWN);
        order("2", OWN, MONA);
        order("3", OWN, ALI);
        order("4", OWN, null);

        assertThat(find(OWN)).isEmpty();
        assertThat(customer(MONA).deliveries()).isEqualTo(2);
        assertThat(customer(ALI).deliveries()).isOne();
        assertThat(projections.row("SELECT customer_id FROM crm.delivery WHERE tracking_number = '4'"))
                .containsEntry("customer_id", null);
        assertThat(projections.count("crm.customer_alias")).isEqualTo(2);
    }

    @Test
    void the_own_phone_of_one_business_may_be_a_customer_of_another() {
        crm.apply(messages("telite", List.of(delivery("1", "HVAR", OWN, null))));

        assertThat(customers.findByPhone(List.of("telite"), OWN)).hasSize(1);
    }

    @Test
    void a_second_phone_beside_a_first_one_that_is_missing_is_the_customers() {
        order("1", null, MONA);
        order("2", null, OWN);

        assertThat(customer(MONA).deliveries()).isOne();
        assertThat(projections.count("crm.customer")).isOne();
        assertThat(projections.count("crm.delivery WHERE customer_id IS NULL")).isOne();
    }

    private void assertMonaIsOne(int deliveries) {
        CustomerView mona = customer(MONA);
        assertThat(customer(MONAS_OTHER)).isEqualTo(mona);
        assertThat(mona.deliveries()).isEqualTo(deliveries);
        assertThat(phones(mona)).containsExactlyInAnyOrder(MONA, MONAS_OTHER);
        assertThat(projections.count("crm.customer WHERE merged_into IS NULL")).isOne();
    }

    private void order(String trackingNumber, @Nullable String phone, @Nullable String second) {
        crm.apply(messages("hvar", List.of(delivery(trackingNumber, "Name of " + phone, phone, second))));
    }

    private static Delivery delivery(
            String trackingNumber, String name, @Nullable String phone, @Nullable String second) {
        return webhook(trackingNumber, 10, "2026-01-11T08:00:00Z")
                .receiver(name, phone, second)
                .delivery();
    }

    private List<CustomerView> find(String phone) {
        return customers.findByPhone(List.of("hvar"), phone);
    }

    private CustomerView customer(String phone) {
        assertThat(find(phone)).hasSize(1);
        return find(phone).get(0);
    }

    private static Collection<String> phones(CustomerView customer) {
        Set<String> phones = new TreeSet<>(customer.otherPhones());
        phones.add(customer.phone());
        return phones;
    }
}
