package dev.wasl.hub.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ParkingTest {

    private static final String FIRST = fingerprint(
            "WASL-2002: order 4711 of 'Amina' has no state \"RETURNED\" (f47ac10b-58cc-4372-a567-0e02b2c3d479)");

    @Test
    void failures_of_one_cause_have_one_fingerprint_whatever_message_they_are_about() {
        assertThat(fingerprint("WASL-2002: order 12 of 'Li' has no state \"\" (9b2e77aa-1c1d-4a54-8d3c-5f0c3b8a1e00)"))
                .isEqualTo(FIRST);
    }

    @Test
    void another_text_another_code_or_another_stage_is_another_cause() {
        assertThat(fingerprint("WASL-2002: order 4711 of 'Amina' has no price")).isNotEqualTo(FIRST);
        assertThat(Parking.fingerprint("stripe-payment-in", "WASL-2002", "no state"))
                .isNotEqualTo(Parking.fingerprint("stripe-payment-in", "WASL-2003", "no state"))
                .isNotEqualTo(Parking.fingerprint("crm", "WASL-2002", "no state"));
    }

    private static String fingerprint(String reason) {
        return Parking.fingerprint("stripe-payment-in", "WASL-2002", reason);
    }
}
