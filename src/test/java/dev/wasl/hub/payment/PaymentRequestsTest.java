package dev.wasl.hub.payment;

import static dev.wasl.hub.HubFailure.failedWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.AtOnce;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.payment.PaymentGateway.Started;
import dev.wasl.hub.payment.PaymentRequest.Expectation;
import dev.wasl.hub.payment.PaymentRequest.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PaymentRequestsTest {

    private PaymentHub hub;

    @BeforeEach
    void start() {
        hub = new PaymentHub();
    }

    @Test
    void keeps_what_was_asked_and_starts_it_at_the_gateway() {
        hub.momo.starting = asked -> {
            // it is in the database before the gateway hears of it
            assertThat(hub.stored.byReference("phoneshop", "mtn-momo", "ORD-1")).isPresent();
            return new Started(
                    "momo-7", "https://pay.example/7", asked.createdAt().plusSeconds(7_200), Map.of("k", "v"));
        };

        PaymentRequests.Outcome outcome = hub.requests.ask(hub.wanted("ORD-1", 5_000));

        assertThat(outcome.fresh()).isTrue();
        assertThat(outcome.request())
                .returns(Status.PENDING, PaymentRequest::status)
                .returns("mtn-momo", PaymentRequest::connector)
                .returns("https://pay.example/7", PaymentRequest::link)
                .returns(PaymentHub.START.plusSeconds(7_200), PaymentRequest::expiresAt);
        assertThat(outcome.request().progress().nextQueryAt()).isEqualTo(PaymentHub.START.plusSeconds(30));
        AskedPayment asked =
                hub.stored.byGatewayOrder("phoneshop", "mtn-momo", "momo-7").orElseThrow();
        assertThat(asked.gatewayState()).containsExactly(Map.entry("k", "v"));
        assertThat(asked.callbackUrl())
                .isEqualTo("https://hub.example/webhooks/phoneshop/mtn-momo/" + asked.callbackToken());
        assertThat(hub.momo.starts)
                .singleElement()
                .extracting(AskedPayment::callbackToken)
                .isEqualTo(asked.callbackToken());
    }

    @Test
    void a_callback_token_finds_its_payment_only_where_it_belongs() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);
        String token = hub.momo.starts.get(0).callbackToken();

        assertThat(hub.stored.byCallbackToken("phoneshop", "mtn-momo", token))
                .hasValueSatisfying(asked -> assertThat(asked.id()).isEqualTo(request.id()));
        assertThat(hub.stored.byCallbackToken("hvar", "mtn-momo", token)).isEmpty();
        assertThat(hub.stored.byCallbackToken("phoneshop", "flutterwave-v3", token))
                .isEmpty();
        assertThat(hub.stored.byCallbackToken("phoneshop", "mtn-momo", token.substring(1)))
                .isEmpty();
        assertThat(hub.stored.byCallbackToken("phoneshop", "mtn-momo", "")).isEmpty();
        assertThat(hub.stored.byCallbackToken("phoneshop", "mtn-momo", "\u0000"))
                .isEmpty();
        assertThat(hub.stored.byGatewayOrder("phoneshop", "mtn-momo", "a\u0000b"))
                .isEmpty();
        assertThat(hub.stored.byReference("phoneshop", "flutterwave-v3", "ORD-1"))
                .isEmpty();
    }

    @Test
    void no_secret_stands_readable_in_the_database() {
        hub.asked("ORD-1", 5_000);
        String token = hub.momo.starts.get(0).callbackToken();

        Map<String, Object> row = hub.jdbc.queryForMap("SELECT * FROM hub.payment_request");

        row.values().stream()
                .map(value -> value instanceof byte[] bytes ? new String(bytes, StandardCharsets.ISO_8859_1) : value)
                .map(String::valueOf)
                .forEach(value -> assertThat(value).doesNotContain(token, "s3cret"));
        assertThat(hub.stored
                        .byReference("phoneshop", "mtn-momo", "ORD-1")
                        .orElseThrow()
                        .toString())
                .doesNotContain(token, "s3cret");
    }

    @Test
    void the_same_request_again_gives_the_same_answer_and_makes_no_second_payment() {
        PaymentRequest first = hub.asked("ORD-1", 5_000);

        PaymentRequests.Outcome again = hub.requests.ask(hub.wanted("ORD-1", 5_000));

        assertThat(again.fresh()).isFalse();
        assertThat(again.request()).isEqualTo(first);
        assertThat(hub.momo.starts).hasSize(1);
    }

    @Test
    void the_same_reference_for_something_else_is_refused_and_changes_nothing() {
        PaymentRequest first = hub.asked("ORD-1", 5_000);

        refused(ErrorCode.REFERENCE_TAKEN, () -> hub.asked("ORD-1", 5_001));
        refused(
                ErrorCode.REFERENCE_TAKEN,
                () -> hub.requests.ask(hub.wanted("phoneshop", "flutterwave", "ORD-1", 5_000)));

        assertThat(hub.now(first)).isEqualTo(first);
        assertThat(hub.momo.starts).hasSize(1);
        assertThat(hub.flutterwave.starts).isEmpty();
    }

    @Test
    void another_tenant_has_its_own_references() {
        hub.asked("ORD-1", 5_000);

        PaymentRequest other =
                hub.requests.ask(hub.wanted("hvar", "mtn-momo", "ORD-1", 7)).request();

        assertThat(other.status()).isEqualTo(Status.PENDING);
        assertThat(hub.requests.find(List.of("phoneshop"), other.id())).isEmpty();
    }

    @Test
    void twenty_at_once_start_one_payment() throws Exception {
        Set<UUID> answers = ConcurrentHashMap.newKeySet();

        AtOnce.run(20, caller -> answers.add(hub.asked("ORD-1", 5_000).id()));

        assertThat(answers).hasSize(1);
        assertThat(hub.momo.starts).hasSize(1);
        assertThat(hub.jdbc.queryForObject("SELECT count(*) FROM hub.payment_request", Long.class))
                .isEqualTo(1);
    }

    @Test
    void a_gateway_that_does_not_answer_leaves_the_request_starting_and_a_repetition_uses_the_same_payment() {
        Map<String, Started> known = new ConcurrentHashMap<>();
        hub.momo.starting = asked -> {
            known.put(asked.id().toString(), new Started("momo-7", null, null, Map.of()));
            throw new HubException(ErrorCode.CONNECTOR_UNREACHABLE, "the answer was lost");
        };
        PaymentRequest first = hub.asked("ORD-1", 5_000);
        assertThat(first)
                .returns(Status.STARTING, PaymentRequest::status)
                .returns("WASL-5001", PaymentRequest::errorCode);

        hub.momo.starting = asked -> known.get(asked.id().toString());
        PaymentRequests.Outcome again = hub.requests.ask(hub.wanted("ORD-1", 5_000));

        assertThat(again.fresh()).isFalse();
        assertThat(again.request())
                .returns(first.id(), PaymentRequest::id)
                .returns(Status.PENDING, PaymentRequest::status);
        assertThat(known).hasSize(1);
        assertThat(hub.momo.starts)
                .extracting(AskedPayment::callbackToken)
                .containsOnly(hub.momo.starts.get(0).callbackToken());
    }

    @Test
    void a_gateway_that_refuses_says_so_and_may_be_asked_again_when_the_cause_is_gone() {
        hub.momo.starting = asked -> {
            throw new HubException(ErrorCode.CONNECTOR_REFUSED, "no such subscription key");
        };
        refused(ErrorCode.PAYMENT_REFUSED, () -> hub.asked("ORD-1", 5_000));
        refused(ErrorCode.PAYMENT_REFUSED, () -> hub.asked("ORD-1", 5_000));
        assertThat(hub.requests.page(
                        new PaymentRequests.Filter(List.of("phoneshop"), null, null, Status.REFUSED, false, null, 10)))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.progress().nextQueryAt()).isNull();
                    assertThat(request.error()).contains("no such subscription key");
                    refused(ErrorCode.PAYMENT_CLOSED, () -> hub.requests.queryNow(request));
                });

        hub.momo.starting = asked -> new Started("momo-7", null, null, Map.of());

        assertThat(hub.asked("ORD-1", 5_000).status()).isEqualTo(Status.PENDING);
    }

    @Test
    void an_unexpected_failure_of_a_connector_is_no_refusal() {
        hub.momo.starting = asked -> {
            throw new IllegalStateException("a bug");
        };

        assertThat(hub.asked("ORD-1", 5_000))
                .returns(Status.STARTING, PaymentRequest::status)
                .returns("WASL-9999", PaymentRequest::errorCode);
    }

    @Test
    void refuses_what_cannot_be_paid() {
        refused(ErrorCode.INVALID_REQUEST, () -> hub.asked("ORD-1", 0));
        refused(ErrorCode.INVALID_REQUEST, () -> hub.asked("ORD-1", -5));
        refused(
                ErrorCode.INVALID_REQUEST,
                () -> hub.requests.ask(new PaymentRequests.Wanted(
                        "phoneshop",
                        "mtn",
                        "ORD-1",
                        new Money(1, "UGX"),
                        PaymentHub.AMINA,
                        null,
                        null,
                        PaymentHub.START,
                        "shop")));
        refused(ErrorCode.CONNECTOR_NOT_FOUND, () -> hub.requests.ask(hub.wanted("phoneshop", "stripe", "ORD-1", 1)));
        refused(ErrorCode.CONNECTOR_NOT_FOUND, () -> hub.requests.ask(hub.wanted("hvar", "flutterwave", "ORD-1", 1)));
        assertThat(hub.jdbc.queryForObject("SELECT count(*) FROM hub.payment_request", Long.class))
                .isZero();
    }

    @Test
    void finds_the_gateway_by_its_other_names() {
        assertThat(hub.requests
                        .ask(hub.wanted("phoneshop", " Flutterwave ", "A", 1))
                        .request()
                        .connector())
                .isEqualTo("flutterwave-v3");
        assertThat(hub.asked("B", 1).connector()).isEqualTo("mtn-momo");
    }

    @Test
    void a_corrected_expectation_is_kept_until_it_is_paid() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);

        hub.requests.expect(request, new Expectation(new Money(4_500, "UGX"), "ORD-1"));

        assertThat(hub.now(request).expected().amount()).isEqualTo(new Money(4_500, "UGX"));
        assertThat(hub.now(request).amount()).isEqualTo(new Money(5_000, "UGX"));
        hub.jdbc.update("UPDATE hub.payment_request SET status = 'PAID'");
        refused(ErrorCode.PAYMENT_CLOSED, () -> hub.requests.expect(request, request.expected()));
    }

    @Test
    void lists_the_newest_first_and_in_parts() {
        for (int i = 1; i <= 5; i++) {
            hub.asked("ORD-" + i, i);
            hub.clock.advance(Duration.ofSeconds(1));
        }
        PaymentRequests.Filter all = new PaymentRequests.Filter(List.of("phoneshop"), null, null, null, false, null, 3);
        List<PaymentRequest> first = hub.requests.page(all);
        PaymentRequest last = first.get(2);

        List<PaymentRequest> second = hub.requests.page(new PaymentRequests.Filter(
                List.of("phoneshop"),
                null,
                null,
                null,
                false,
                new PaymentRequests.Position(last.createdAt(), last.id()),
                3));

        assertThat(first).extracting(PaymentRequest::reference).containsExactly("ORD-5", "ORD-4", "ORD-3");
        assertThat(second).extracting(PaymentRequest::reference).containsExactly("ORD-2", "ORD-1");
        assertThat(hub.requests.page(new PaymentRequests.Filter(List.of(), null, null, null, false, null, 3)))
                .isEmpty();
        assertThat(hub.requests.page(
                        new PaymentRequests.Filter(List.of("phoneshop"), "order-ORD-2", null, null, false, null, 3)))
                .extracting(PaymentRequest::reference)
                .containsExactly("ORD-2");
    }

    private static void refused(ErrorCode code, Runnable deed) {
        assertThatThrownBy(deed::run).satisfies(failedWith(code));
    }
}
