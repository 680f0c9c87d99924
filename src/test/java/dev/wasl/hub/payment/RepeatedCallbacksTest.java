package dev.wasl.hub.payment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.payment.PaymentExpectations.Admitted;
import dev.wasl.hub.payment.PaymentExpectations.Hint;
import dev.wasl.hub.payment.PaymentExpectations.Judgement;
import dev.wasl.hub.payment.PaymentExpectations.Quarantined;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callbacks without proof that come again, late or about another order. */
class RepeatedCallbacksTest {

    private PaymentHub hub;
    private PaymentRequest request;

    @BeforeEach
    void start() {
        hub = new PaymentHub();
        request = hub.asked("ORD-1", 5_000);
    }

    @ParameterizedTest
    @CsvSource({
        "CAPTURED, CAPTURED",
        "CAPTURED, FAILED",
        "CAPTURED, PENDING",
        "CAPTURED, EXPIRED",
        "EXPIRED, EXPIRED",
        "EXPIRED, FAILED",
        "EXPIRED, PENDING",
        "CANCELLED, CANCELLED",
        "FAILED, FAILED"
    })
    void what_the_gateway_said_already_is_not_asked_again(PaymentStatus said, PaymentStatus repeated) {
        answer(said, "ORD-1");
        hub.clock.advance(Duration.ofMinutes(1));
        PaymentRequest known = hub.now(request);

        assertThat(callback(repeated)).isInstanceOf(Hint.class);

        assertThat(hub.now(request).progress().nextQueryAt())
                .isEqualTo(known.progress().nextQueryAt());
    }

    @ParameterizedTest
    @CsvSource({
        "CAPTURED, REFUNDED",
        "CAPTURED, PARTIALLY_REFUNDED",
        "CAPTURED, REVERSED",
        "CAPTURED, DISPUTED",
        "CAPTURED, UNKNOWN",
        "EXPIRED, CAPTURED",
        "CANCELLED, CAPTURED",
        "FAILED, CAPTURED",
        "FAILED, EXPIRED",
        "FAILED, PENDING",
        "PENDING, PENDING",
        "PENDING, CAPTURED"
    })
    void what_could_be_new_is_asked_at_once(PaymentStatus said, PaymentStatus told) {
        answer(said, "ORD-1");
        hub.clock.advance(Duration.ofSeconds(1));

        assertThat(callback(told)).isInstanceOf(Hint.class);

        assertThat(hub.now(request).progress().nextQueryAt()).isEqualTo(hub.clock.instant());
    }

    @ParameterizedTest
    @CsvSource({"FAILED", "EXPIRED", "CANCELLED"})
    void the_end_of_another_order_does_not_end_this_one(PaymentStatus said) {
        assertThat(answer(said, "ORD-OTHER")).isInstanceOf(Quarantined.class);

        assertThat(hub.now(request).status()).isEqualTo(PaymentRequest.Status.PENDING);
        assertThat(hub.now(request).progress().mismatch()).contains("ORD-OTHER");
    }

    @Test
    void an_end_without_any_reference_ends_it() {
        assertThat(answer(PaymentStatus.FAILED, null)).isInstanceOf(Admitted.class);

        assertThat(hub.now(request).status()).isEqualTo(PaymentRequest.Status.FAILED);
    }

    private Judgement answer(PaymentStatus status, @org.jspecify.annotations.Nullable String reference) {
        return hub.confirmations
                .judge(List.of(
                        hub.answer(request, PaymentHub.said(status, "order-ORD-1", reference, 5_000L, "REQUERIED"))))
                .get(0);
    }

    private Judgement callback(PaymentStatus status) {
        return hub.confirmations
                .judge(List.of(hub.callback(PaymentHub.said(status, "order-ORD-1", "ORD-1", null, "SHARED_TOKEN"))))
                .get(0);
    }
}
