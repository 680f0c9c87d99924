package dev.wasl.hub.fold;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * Whole stories of payments as gateways live them, told in any order, several times, through callback and question alike,
 * and with a stop after each statement: the end must be the story's own.
 */
class PaymentStoriesTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant START = Instant.parse("2026-11-20T08:00:00Z");
    private static final long AMOUNT = 100_000;

    /**
     * How a story goes.
     *
     * @param attempts failed attempts before
     * @param authorised whether the money is reserved first
     * @param end what happens once it is captured
     * @param refunds amounts of single refunds, less than the whole together
     * @param totals whether the gateway tells the sum refunded, each refund, or both (Stripe's twins), or the sum and what
     *     it rose by without the refund's id (Stripe's events since 2022-11-15)
     */
    record Story(int attempts, boolean authorised, End end, List<Long> refunds, Told totals) {}

    enum End {
        NOTHING,
        VOIDED,
        DISPUTE_WON,
        DISPUTE_LOST,
        DISPUTE_OPEN,
        WON_THEN_REFUNDED,
        REVERSED
    }

    enum Told {
        TOTALS,
        SINGLES,
        BOTH,
        TOTALS_AND_DIFFERENCES
    }

    @Provide
    Arbitrary<Story> stories() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.of(true, false),
                        Arbitraries.of(End.class),
                        Arbitraries.longs().between(1, 20_000).list().ofMaxSize(4),
                        Arbitraries.of(Told.class))
                .as((attempts, authorised, end, refunds, totals) ->
                        new Story(attempts, authorised, end, end == End.VOIDED ? List.of() : refunds, totals));
    }

    @Property(tries = 2_000)
    void end_the_same_however_they_are_told(@ForAll("stories") Story story, @ForAll long seed)
            throws JsonProcessingException {
        List<Payment> told = tell(story);
        List<Payment> shuffled = new ArrayList<>(told);
        Random random = new Random(seed);
        told.forEach(statement -> {
            if (random.nextBoolean()) {
                shuffled.add(statement);
            }
            if (random.nextInt(3) == 0) {
                shuffled.add(asAnswer(statement));
            }
        });
        Collections.shuffle(shuffled, random);

        PaymentState inOrder = fold(told);
        PaymentState anyhow = foldAndStore(shuffled);

        assertThat(inOrder.status()).isEqualTo(end(story));
        assertThat(anyhow.status()).isEqualTo(inOrder.status());
        assertThat(anyhow.statusAt()).isEqualTo(inOrder.statusAt());
        assertThat(anyhow.refundedMinor())
                .isEqualTo(inOrder.refundedMinor())
                .isEqualTo(sum(story.refunds()) + (story.end() == End.WON_THEN_REFUNDED ? rest(story) : 0));
        assertThat(anyhow.amountMinor()).isEqualTo(AMOUNT);
        assertThat(anyhow.capturedAt()).isEqualTo(inOrder.capturedAt());
        assertThat(anyhow.takenAt()).isEqualTo(story.end() == End.VOIDED ? null : inOrder.capturedAt());
    }

    @Property(tries = 1_000)
    void money_that_was_taken_is_not_untaken_by_what_comes_late(@ForAll long seed) {
        Random random = new Random(seed);
        List<PaymentStatus> noise = List.of(
                PaymentStatus.PENDING,
                PaymentStatus.FAILED,
                PaymentStatus.AUTHORISED,
                PaymentStatus.EXPIRED,
                PaymentStatus.UNKNOWN);
        List<Payment> told = new ArrayList<>();
        told.add(said(PaymentStatus.CAPTURED, random.nextInt(100), null, null, null));
        for (int i = 0; i < 6; i++) {
            told.add(said(noise.get(random.nextInt(noise.size())), random.nextInt(100), null, null, null));
        }
        Collections.shuffle(told, random);

        assertThat(fold(told).status()).isEqualTo(PaymentStatus.CAPTURED);
    }

    @Property(tries = 500)
    void a_refund_that_failed_leaves_nothing_refunded_whoever_tells_it_first(@ForAll long seed) {
        Random random = new Random(seed);
        List<Payment> told = new ArrayList<>(List.of(
                said(PaymentStatus.CAPTURED, 1, null, null, null),
                said(PaymentStatus.REFUND_PENDING, 2, null, 5_000L, "re_1"),
                said(PaymentStatus.PARTIALLY_REFUNDED, 3, null, 5_000L, "re_1"),
                said(PaymentStatus.REFUND_FAILED, 4, null, 5_000L, "re_1")));
        told.addAll(told);
        Collections.shuffle(told, random);

        PaymentState state = fold(told);

        assertThat(state.refundedMinor()).isZero();
        assertThat(state.status()).isEqualTo(PaymentStatus.REFUND_FAILED);
    }

    @Provide
    Arbitrary<List<Long>> refunds() {
        return Arbitraries.longs().between(1, 20_000).list().ofMinSize(1).ofMaxSize(4);
    }

    /** Stripe's events name the sum, its failures the refund, and its answers both, of those asked for in between. */
    @Property(tries = 1_000)
    void of_refunds_told_by_their_sum_only_the_one_that_failed_is_taken_back(
            @ForAll("refunds") List<Long> refunds, @ForAll long seed) throws JsonProcessingException {
        Random random = new Random(seed);
        int failing = random.nextInt(refunds.size());
        List<Payment> told = new ArrayList<>(List.of(said(PaymentStatus.CAPTURED, 0, null, null, null)));
        long total = 0;
        for (int i = 0; i < refunds.size(); i++) {
            long refund = refunds.get(i);
            total += refund;
            told.add(said(PaymentStatus.PARTIALLY_REFUNDED, i + 1, total, refund, null));
            if (random.nextBoolean()) {
                told.add(asAnswer(said(PaymentStatus.PARTIALLY_REFUNDED, i + 1, total, refund, "re_" + i)));
            }
        }
        told.add(said(PaymentStatus.REFUND_FAILED, 9, null, refunds.get(failing), "re_" + failing));
        Collections.shuffle(told, random);

        PaymentState state = foldAndStore(told);

        assertThat(state.refundedMinor()).isEqualTo(total - refunds.get(failing));
        assertThat(state.status())
                .isEqualTo(refunds.size() == 1 ? PaymentStatus.REFUND_FAILED : PaymentStatus.PARTIALLY_REFUNDED);
    }

    private static List<Payment> tell(Story story) {
        List<Payment> told = new ArrayList<>();
        int time = 0;
        for (int i = 0; i < story.attempts(); i++) {
            told.add(said(PaymentStatus.PENDING, time++, null, null, null));
            told.add(said(PaymentStatus.FAILED, time++, null, null, null));
        }
        told.add(said(PaymentStatus.PENDING, time++, null, null, null));
        if (story.authorised()) {
            told.add(said(PaymentStatus.AUTHORISED, time++, null, null, null));
        }
        told.add(said(PaymentStatus.CAPTURED, time++, null, null, null));
        long refunded = 0;
        for (int i = 0; i < story.refunds().size(); i++) {
            long refund = story.refunds().get(i);
            refunded += refund;
            String id = "re_" + i;
            told.add(said(PaymentStatus.REFUND_PENDING, time++, null, refund, id));
            refund(told, story, time++, PaymentStatus.PARTIALLY_REFUNDED, refunded, refund, id);
        }
        switch (story.end()) {
            case NOTHING -> {}
            case VOIDED -> told.add(said(PaymentStatus.CANCELLED, time, null, null, null));
            case REVERSED -> told.add(said(PaymentStatus.REVERSED, time, null, null, null));
            case DISPUTE_OPEN -> told.add(said(PaymentStatus.DISPUTED, time, null, null, null));
            case DISPUTE_LOST, DISPUTE_WON, WON_THEN_REFUNDED -> {
                // Stripe tells the opening twice (created, funds withdrawn) and the end twice (closed, funds
                // reinstated)
                told.add(said(PaymentStatus.DISPUTED, time, null, null, null));
                told.add(said(PaymentStatus.DISPUTED, time++, null, null, null));
                PaymentStatus outcome =
                        story.end() == End.DISPUTE_LOST ? PaymentStatus.DISPUTE_LOST : PaymentStatus.DISPUTE_WON;
                told.add(said(outcome, time, null, null, null));
                told.add(said(outcome, time++, null, null, null));
                if (story.end() == End.WON_THEN_REFUNDED) {
                    refund(told, story, time, PaymentStatus.REFUNDED, AMOUNT, rest(story), "re_last");
                }
            }
        }
        return told;
    }

    private static void refund(
            List<Payment> told, Story story, int time, PaymentStatus status, long total, long single, String id) {
        switch (story.totals()) {
            case TOTALS -> told.add(said(status, time, total, null, null));
            case SINGLES -> told.add(said(status, time, null, single, id));
            case BOTH -> {
                told.add(said(status, time, total, null, null));
                told.add(said(status, time, null, single, id));
            }
            case TOTALS_AND_DIFFERENCES -> told.add(said(status, time, total, single, null));
        }
    }

    private static PaymentStatus end(Story story) {
        return switch (story.end()) {
            case NOTHING -> story.refunds().isEmpty() ? PaymentStatus.CAPTURED : PaymentStatus.PARTIALLY_REFUNDED;
            case VOIDED -> PaymentStatus.CANCELLED;
            case DISPUTE_WON -> PaymentStatus.DISPUTE_WON;
            case DISPUTE_LOST -> PaymentStatus.DISPUTE_LOST;
            case DISPUTE_OPEN -> PaymentStatus.DISPUTED;
            case WON_THEN_REFUNDED -> PaymentStatus.REFUNDED;
            case REVERSED -> PaymentStatus.REVERSED;
        };
    }

    private static long sum(List<Long> amounts) {
        return amounts.stream().mapToLong(Long::longValue).sum();
    }

    private static long rest(Story story) {
        return AMOUNT - sum(story.refunds());
    }

    private static Payment said(
            PaymentStatus status, int time, @Nullable Long total, @Nullable Long single, @Nullable String refund) {
        return new Payment(
                "paystack",
                "evt:" + status + ":" + time + ":" + refund,
                "event",
                "p_1",
                null,
                "ORD-1",
                status,
                new Money(AMOUNT, "NGN"),
                total == null ? null : new Money(total, "NGN"),
                single == null ? null : new Money(single, "NGN"),
                refund,
                null,
                null,
                START.plusSeconds(time),
                true,
                null,
                null,
                null,
                null,
                "SIGNED_BODY");
    }

    /** The same change, told by the gateway's answer: another event, the same moment. */
    private static Payment asAnswer(Payment said) {
        return new Payment(
                said.gateway(),
                "answer:" + said.gatewayEventId(),
                "answer",
                said.gatewayPaymentId(),
                "order-1",
                said.merchantReference(),
                said.status(),
                said.amount(),
                said.refundedTotal(),
                said.refundAmount(),
                said.refundId(),
                null,
                null,
                said.occurredAt(),
                true,
                null,
                null,
                null,
                null,
                "REQUERIED");
    }

    private static PaymentState fold(List<Payment> told) {
        PaymentState state = PaymentState.NOTHING;
        for (Payment payment : told) {
            state = state.fold(payment);
        }
        return state;
    }

    private static PaymentState foldAndStore(List<Payment> told) throws JsonProcessingException {
        PaymentState state = PaymentState.NOTHING;
        for (Payment payment : told) {
            Map<String, Object> row = new LinkedHashMap<>();
            state.fold(payment).write(row);
            state = PaymentState.read(JSON.readValue(JSON.writeValueAsString(row), new TypeReference<>() {}));
        }
        return state;
    }
}
