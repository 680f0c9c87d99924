package dev.wasl.hub.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawReferencesTest {

    @Test
    void a_stripe_event_is_found_by_its_payment_and_order() {
        assertThat(of("""
                {"id":"evt_1","type":"x","data":{"object":{"id":"pi_1","amount":100,
                "metadata":{"order_id":"ORD-1"}}}}""")).containsExactly("evt_1", "pi_1", "ORD-1");
    }

    @Test
    void a_bosta_webhook_is_found_by_its_tracking_number_written_as_text_or_number() {
        assertThat(of("{\"_id\":\"abc123\",\"trackingNumber\":90000001,\"state\":45}"))
                .containsExactly("abc123", "90000001");
        assertThat(of("{\"trackingNumber\":\"90000001\",\"businessReference\":\"ORD-7\"}"))
                .containsExactly("90000001", "ORD-7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "oid=ORD-1&x=y", "<Response/>", "null", "12", "\"id\"", "[[[", "{\"id\":", "\u0000"})
    void what_is_no_json_has_none(String body) {
        assertThat(of(body)).isEmpty();
    }

    @Test
    void what_stands_before_a_cut_counts() {
        assertThat(of("{\"id\":\"evt_1\",\"data\":{\"obj")).containsExactly("evt_1");
        assertThat(RawReferences.of(new byte[] {'{', '"', 'i', 'd', '"', ':', '"', (byte) 0xff, '"', '}'}))
                .isEmpty();
    }

    @Test
    void long_short_and_odd_values_are_none_and_there_are_few() {
        assertThat(of("{\"id\":\"" + "x".repeat(101) + "\"}")).isEmpty();
        assertThat(of("{\"id\":\"a\\u0000bc\"}")).isEmpty();
        assertThat(of("{\"id\":\"abc\\ud800\"}")).isEmpty();
        assertThat(of("{\"id\":12,\"reference\":\"two words\"}")).isEmpty();
        StringBuilder many = new StringBuilder("[");
        for (int i = 100; i < 200; i++) {
            many.append("{\"id\":").append(i).append("},");
        }
        assertThat(of(many.append("0]").toString())).hasSize(16).contains("100", "115");
    }

    @Test
    void deep_nesting_is_no_trouble() {
        assertThat(of("{\"id\":\"evt_1\",\"x\":" + "[".repeat(5_000))).containsExactly("evt_1");
    }

    private static Set<String> of(String body) {
        return RawReferences.of(body.getBytes(StandardCharsets.UTF_8));
    }
}
