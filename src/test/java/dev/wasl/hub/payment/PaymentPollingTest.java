package dev.wasl.hub.payment;

import static dev.wasl.hub.payment.PaymentHub.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.payment.PaymentGateway.Started;
import dev.wasl.hub.payment.PaymentRequest.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PaymentPollingTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofSeconds(60);

    private PaymentHub hub;

    @BeforeEach
    void start() {
        hub = new PaymentHub();
        hub.polling.begin();
        hub.leadership.gain();
    }

    @AfterEach
    void stop() {
        hub.leadership.lose();
        hub.polling.stop();
    }

    @Test
    void asks_on_schedule_and_stores_the_answer_with_what_was_asked() throws IOException {
        PaymentRequest request = hub.asked("ORD-1", 5_000);
        hub.momo.answering = query -> bytes("{\"status\":\"SUCCESSFUL\", \"amount\":\"5000\"}");
        assertThat(hub.momo.queries).isEmpty();

        hub.clock.advance(Duration.ofSeconds(31));

        await().atMost(LONG).untilAsserted(() -> assertThat(hub.written).hasSize(1));
        InboundMessage message = hub.written.get(0);
        assertThat(message)
                .returns("phoneshop", InboundMessage::tenant)
                .returns("mtn-momo", InboundMessage::connector)
                .returns(InboundMessage.Kind.POLL, InboundMessage::kind)
                .returns(Map.of("payment-request", request.id().toString()), InboundMessage::headers);
        assertThat(new String(message.body(), StandardCharsets.UTF_8))
                .contains("\"answer\":{\"status\":\"SUCCESSFUL\", \"amount\":\"5000\"}}");
        JsonNode asked = JSON.readTree(message.body()).get("asked");
        assertThat(asked.get("id").asText()).isEqualTo(request.id().toString());
        assertThat(asked.get("reference").asText()).isEqualTo("ORD-1");
        assertThat(asked.get("amountMinor").asLong()).isEqualTo(5_000);
        assertThat(asked.get("currency").asText()).isEqualTo("UGX");
        assertThat(asked.get("gatewayOrderId").asText()).isEqualTo("order-ORD-1");
        assertThat(asked.get("customer").get("phone").asText()).isEqualTo("+256770000001");
        assertThat(new String(message.body(), StandardCharsets.UTF_8)).doesNotContain("s3cret");
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(hub.now(request).progress().nextQueryAt())
                        .isEqualTo(PaymentHub.START.plusSeconds(60)));
    }

    @Test
    void the_same_answer_is_stored_once() {
        hub.asked("ORD-1", 5_000);

        for (int i = 1; i <= 3; i++) {
            hub.clock.advance(Duration.ofMinutes(19));
            int asked = i;
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(hub.momo.queries).hasSizeGreaterThanOrEqualTo(asked));
        }

        await().atMost(LONG).untilAsserted(() -> assertThat(hub.written).hasSize(1));
    }

    @Test
    void nobody_asks_any_more_once_it_is_paid() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);
        hub.confirmations.judge(
                List.of(hub.callback(said(PaymentStatus.CAPTURED, "tx", "ORD-1", 5_000L, "SIGNED_BODY"))));
        PaymentRequest other = hub.asked("ORD-2", 5_000);

        hub.clock.advance(Duration.ofHours(30));

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(hub.now(other).tries()).isGreaterThanOrEqualTo(2));
        assertThat(hub.now(request).tries()).isEqualTo(1);
    }

    @Test
    void a_callback_without_proof_is_followed_at_once() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);

        hub.confirmations.judge(
                List.of(hub.callback(said(PaymentStatus.CAPTURED, "tx-1", "ORD-1", 5_000L, "SHARED_TOKEN"))));

        await().atMost(LONG).untilAsserted(() -> assertThat(hub.momo.queries).hasSize(1));
        assertThat(hub.momo.queries.get(0).asked().id()).isEqualTo(request.id());
        assertThat(hub.momo.queries.get(0).told().gatewayPaymentId()).isEqualTo("tx-1");
    }

    @Test
    void what_nobody_asked_for_is_asked_about_by_what_was_told_and_given_up_in_the_end() {
        hub.momo.answering = query -> null;
        hub.confirmations.judge(
                List.of(hub.callback(said(PaymentStatus.CAPTURED, "forged", null, 5_000L, "SHARED_TOKEN"))));

        await().atMost(LONG).untilAsserted(() -> assertThat(hub.momo.queries).hasSize(1));
        assertThat(hub.momo.queries.get(0).asked()).isNull();
        assertThat(hub.momo.queries.get(0).told().gatewayPaymentId()).isEqualTo("forged");
        hub.clock.advance(Duration.ofMinutes(2));
        await().atMost(LONG).untilAsserted(() -> assertThat(hub.momo.queries).hasSize(2));
        hub.clock.advance(Duration.ofMinutes(10));
        await().atMost(LONG).untilAsserted(() -> assertThat(
                        hub.jdbc.queryForMap("SELECT tries, next_query_at FROM hub.payment_query"))
                .containsEntry("tries", 3)
                .containsEntry("next_query_at", null));
        assertThat(hub.written).isEmpty();
    }

    @Test
    void a_payment_the_gateway_never_heard_of_expires_when_its_time_is_over() throws IOException {
        hub.momo.answering = query -> null;
        PaymentRequest request = hub.asked("ORD-1", 5_000);
        hub.clock.advance(Duration.ofMinutes(59));
        await().atMost(LONG).untilAsserted(() -> assertThat(hub.momo.queries).hasSize(1));
        assertThat(hub.written).isEmpty();

        hub.clock.advance(Duration.ofMinutes(2));

        await().atMost(LONG).untilAsserted(() -> assertThat(hub.written).hasSize(1));
        InboundMessage message = hub.written.get(0);
        assertThat(message)
                .returns("manual", InboundMessage::connector)
                .returns(InboundMessage.Kind.API, InboundMessage::kind)
                .returns(Map.of("payment-request", request.id().toString()), InboundMessage::headers);
        JsonNode body = JSON.readTree(message.body());
        assertThat(body.get("record").asText()).isEqualTo("expired");
        assertThat(body.get("gateway").asText()).isEqualTo("mtn-momo");
        assertThat(body.get("gatewayPaymentId").asText()).isEqualTo("order-ORD-1");
        assertThat(body.get("amount").get("amountMinor").asLong()).isEqualTo(5_000);
    }

    @Test
    void a_payment_that_the_gateway_calls_pending_after_its_time_is_not_expired_but_stays_visible() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);

        for (int hours = 0; hours < 2; hours++) {
            hub.clock.advance(Duration.ofMinutes(61));
            int asked = hours + 1;
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(hub.momo.queries).hasSizeGreaterThanOrEqualTo(asked));
        }

        await().atMost(LONG).untilAsserted(() -> assertThat(hub.requestRows.standings(hub.clock.instant()))
                .singleElement()
                .returns(1L, PaymentRequestRepository.Standing::unresolved));
        assertThat(hub.now(request).status()).isEqualTo(Status.PENDING);
        assertThat(hub.written).allMatch(message -> message.connector().equals("mtn-momo"));
    }

    @Test
    void what_the_gateway_did_not_answer_to_is_started_again_by_itself() {
        hub.momo.starting = asked -> {
            throw new HubException(ErrorCode.CONNECTOR_UNREACHABLE, "nobody there");
        };
        PaymentRequest request = hub.asked("ORD-1", 5_000);
        assertThat(request.status()).isEqualTo(Status.STARTING);
        hub.momo.starting = asked -> new Started("momo-7", null, null, Map.of());

        hub.clock.advance(Duration.ofSeconds(31));

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(hub.now(request).status()).isEqualTo(Status.PENDING));
        assertThat(hub.momo.starts).extracting(AskedPayment::id).containsOnly(request.id());
        assertThat(hub.momo.queries).isEmpty();
    }

    @Test
    void a_refusal_that_nobody_waited_for_is_told_once() throws IOException {
        hub.momo.starting = asked -> {
            throw new HubException(ErrorCode.CONNECTOR_UNREACHABLE, "nobody there");
        };
        PaymentRequest request = hub.asked("ORD-1", 5_000);
        hub.momo.starting = asked -> {
            throw new HubException(ErrorCode.CONNECTOR_REFUSED, "no such subscription");
        };
        hub.writer.brokerDown = true;
        hub.clock.advance(Duration.ofSeconds(31));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(hub.now(request).errorCode()).isEqualTo("WASL-1009"));
        hub.writer.brokerDown = false;
        hub.clock.advance(Duration.ofSeconds(31));

        await().atMost(LONG).untilAsserted(() -> assertThat(hub.written).hasSize(1));
        JsonNode body = JSON.readTree(hub.written.get(0).body());
        assertThat(body.get("record").asText()).isEqualTo("refused");
        assertThat(body.get("failureCode").asText()).isEqualTo("WASL-5003");
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(hub.now(request).status()).isEqualTo(Status.REFUSED));
        hub.confirmations.judge(List.of(new PaymentExpectations.Statement(
                "phoneshop",
                "manual",
                PaymentExpectations.Origin.RECORD,
                request.id(),
                null,
                said(PaymentStatus.FAILED, request.id().toString(), "ORD-1", 5_000L, "RECORDED"),
                hub.clock.instant())));
        assertThat(hub.now(request).status()).isEqualTo(Status.REFUSED);
        assertThat(hub.now(request).progress().nextQueryAt()).isNull();
    }

    @Test
    void what_was_given_up_long_ago_is_forgotten() {
        hub.leadership.lose();
        hub.momo.answering = query -> null;
        hub.confirmations.judge(
                List.of(hub.callback(said(PaymentStatus.CAPTURED, "forged", null, 5_000L, "SHARED_TOKEN"))));
        hub.jdbc.update("UPDATE hub.payment_query SET next_query_at = NULL");
        hub.clock.advance(Duration.ofDays(31));

        hub.leadership.gain();

        await().atMost(LONG).untilAsserted(() -> assertThat(
                        hub.jdbc.queryForObject("SELECT count(*) FROM hub.payment_query", Long.class))
                .isZero());
    }

    @Test
    void a_gateway_that_does_not_answer_rests_for_its_tenant_only_and_loses_no_question() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);
        PaymentRequest others = hub.requests
                .ask(new PaymentRequests.Wanted(
                        "hvar", "mtn-momo", "ORD-1", new Money(7, "UGX"), PaymentHub.AMINA, null, null, null, "s"))
                .request();
        hub.momo.answering = query -> {
            if (query.tenant().equals("phoneshop")) {
                throw new HubException(ErrorCode.CONNECTOR_THROTTLED, "slow down");
            }
            return bytes("{\"status\":\"PENDING\"}");
        };

        hub.clock.advance(Duration.ofSeconds(31));

        await().atMost(LONG).untilAsserted(() -> {
            assertThat(hub.now(request).errorCode()).isEqualTo("WASL-5002");
            assertThat(hub.now(others).queriedAt()).isNotNull();
        });
        assertThat(hub.polling.resting()).containsOnlyKeys(new PaymentPolling.Place("phoneshop", "mtn-momo"));
        hub.momo.answering = query -> bytes("{\"status\":\"SUCCESSFUL\"}");
        hub.clock.advance(Duration.ofSeconds(31));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(hub.now(request).errorCode()).isNull());
        assertThat(hub.polling.resting()).isEmpty();
    }

    @Test
    void an_answer_that_is_no_json_or_cannot_be_stored_is_asked_for_again() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);
        hub.momo.answering = query -> bytes("<html>Bad gateway</html>");
        hub.clock.advance(Duration.ofSeconds(31));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(hub.now(request).errorCode()).isEqualTo("WASL-5004"));

        hub.momo.answering = query -> bytes("{\"status\":\"SUCCESSFUL\"}");
        hub.writer.brokerDown = true;
        hub.clock.advance(Duration.ofSeconds(31));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(hub.now(request).errorCode()).isEqualTo("WASL-1009"));
        assertThat(hub.written).isEmpty();

        hub.writer.brokerDown = false;
        hub.clock.advance(Duration.ofSeconds(31));
        await().atMost(LONG).untilAsserted(() -> assertThat(hub.written).hasSize(1));
    }

    @Test
    void a_callback_that_comes_while_the_gateway_is_asked_has_it_asked_again() throws InterruptedException {
        PaymentRequest request = hub.asked("ORD-1", 5_000);
        CountDownLatch asking = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        hub.momo.answering = query -> {
            asking.countDown();
            try {
                assertThat(answer.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return bytes("{\"status\":\"PENDING\"}");
        };
        hub.clock.advance(Duration.ofSeconds(31));
        assertThat(asking.await(30, TimeUnit.SECONDS)).isTrue();

        hub.clock.advance(Duration.ofSeconds(1));
        hub.confirmations.judge(
                List.of(hub.callback(said(PaymentStatus.CAPTURED, "tx-1", "ORD-1", 5_000L, "SHARED_TOKEN"))));
        answer.countDown();

        await().atMost(LONG).untilAsserted(() -> assertThat(hub.momo.queries).hasSize(2));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(hub.now(request).tries()).isEqualTo(3));
    }

    @Test
    void only_the_leader_asks() {
        hub.leadership.lose();
        hub.asked("ORD-1", 5_000);
        hub.clock.advance(Duration.ofSeconds(31));
        assertThat(hub.polling.leads()).isFalse();
        assertThat(hub.momo.queries).isEmpty();

        hub.leadership.gain();

        await().atMost(LONG).untilAsserted(() -> assertThat(hub.momo.queries).hasSize(1));
    }

    @Test
    void ends_with_the_hub_even_while_a_gateway_does_not_answer() throws InterruptedException {
        CountDownLatch asking = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        hub.momo.answering = query -> {
            asking.countDown();
            try {
                answer.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return bytes("{}");
        };
        for (int i = 0; i < 5; i++) {
            hub.asked("ORD-" + i, 5_000);
        }
        hub.clock.advance(Duration.ofSeconds(31));
        assertThat(asking.await(30, TimeUnit.SECONDS)).isTrue();

        Thread stopping = new Thread(hub.polling::stop);
        stopping.start();
        await().atMost(LONG).until(() -> !hub.polling.leads());
        answer.countDown();
        stopping.join(20_000);

        assertThat(stopping.isAlive()).isFalse();
        assertThat(hub.momo.queries).hasSize(1);
        assertThat(hub.jdbc.queryForObject(
                        "SELECT count(*) FROM hub.payment_request WHERE claimed_until IS NOT NULL", Long.class))
                .as("what was not asked any more is free for the next leader")
                .isZero();
    }

    @Test
    void cash_that_a_crash_left_between_database_and_broker_goes_on_its_way() {
        hub.writer.brokerDown = true;
        PaymentRecords.Said said = new PaymentRecords.Said(
                "phoneshop",
                "ORD-1",
                "",
                PaymentRecord.Method.CASH,
                new Money(5_000, "UGX"),
                PaymentHub.AMINA,
                Instant.parse("2026-11-20T07:00:00Z"),
                "at the counter",
                "amina");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> hub.records.record(said))
                .isInstanceOf(HubException.class);
        hub.writer.brokerDown = false;
        assertThat(hub.written).isEmpty();

        hub.clock.advance(Duration.ofSeconds(31));

        await().atMost(LONG).untilAsserted(() -> assertThat(hub.written).hasSize(1));
        assertThat(hub.written.get(0).connector()).isEqualTo("manual");
        assertThat(hub.records.record(said).fresh()).isFalse();
        assertThat(hub.written).hasSize(1);
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
