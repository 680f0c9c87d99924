package dev.wasl.hub.payment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.MessageWriter;
import dev.wasl.hub.intake.ReceiptIds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Puts what was learned by asking, or told by a person, on the way that every message takes: one path serves callback,
 * answer and record alike.
 */
@Component
class Answers {

    /** The connector of what people record, and of what the hub concludes by itself. */
    static final String MANUAL = "manual";

    private static final String JSON_TYPE = "application/json";

    private final MessageWriter writer;
    private final ObjectMapper json;
    private final Clock clock;

    Answers(MessageWriter writer, ObjectMapper json, Clock clock) {
        this.writer = writer;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Stores a gateway's answer for its mapping.
     *
     * @param about our own id of what was asked about
     * @param note which kind of id it is
     * @throws HubException {@code CONNECTOR_ANSWER_UNREADABLE} when the answer is no JSON, {@code STORE_UNAVAILABLE}
     */
    void store(
            String tenant,
            String connector,
            String note,
            UUID about,
            @Nullable AskedPayment asked,
            byte[] answer,
            String answerDigest) {
        requireJson(answer);
        ByteArrayOutputStream body = new ByteArrayOutputStream(answer.length + 512);
        body.writeBytes("{\"asked\":".getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(write(asked == null ? null : described(asked)));
        body.writeBytes(",\"answer\":".getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(answer);
        body.write('}');
        write(
                tenant,
                connector,
                InboundMessage.Kind.POLL,
                StoredPayments.hash("answer|" + about + '|' + answerDigest),
                Map.of(note, about.toString()),
                body.toByteArray());
    }

    /** Why a payment ended that nobody but the hub knows of. */
    enum End {
        /** The gateway never heard of it, and its time is over. */
        EXPIRED,
        /** The gateway will never take it, and nobody waited for that answer. */
        REFUSED;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Stores that a payment ended, because nobody else will ever say so.
     *
     * @param gateway its name in canonical payments
     * @param occurredAt when it ended
     * @param failure why, {@code WASL-5003}; null when its time was over
     * @throws HubException {@code STORE_UNAVAILABLE}
     */
    void storeEnd(PaymentRequest request, String gateway, End end, Instant occurredAt, @Nullable String failure) {
        String order = request.progress().gatewayOrderId();
        String known = request.progress().gatewayPaymentId();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("record", end.word());
        body.put("gateway", gateway);
        body.put(
                "gatewayPaymentId",
                known != null ? known : order != null ? order : request.id().toString());
        body.put("gatewayOrderId", order);
        body.put("reference", request.reference());
        body.put("amount", request.amount());
        body.put("occurredAt", occurredAt.toString());
        body.put("failureCode", failure);
        body.put("customer", request.customer());
        write(
                request.tenant(),
                MANUAL,
                InboundMessage.Kind.API,
                StoredPayments.hash(end.word() + '|' + request.id()),
                Map.of(PaymentExpectations.REQUEST_NOTE, request.id().toString()),
                write(body));
    }

    /**
     * Stores a message of our own.
     *
     * @param messageId what duplicates are judged by
     */
    void write(
            String tenant,
            String connector,
            InboundMessage.Kind kind,
            String messageId,
            Map<String, String> notes,
            byte[] body) {
        Instant now = clock.instant();
        writer.writeAll(List.of(new InboundMessage(
                ReceiptIds.next(now), messageId, tenant, connector, kind, now, JSON_TYPE, notes, body)));
    }

    /** JSON bytes of a value. */
    byte[] write(@Nullable Object value) {
        try {
            return json.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> described(AskedPayment asked) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("id", asked.id());
        described.put("reference", asked.reference());
        described.put("amountMinor", asked.amount().amountMinor());
        described.put("currency", asked.amount().currency());
        if (asked.gatewayOrderId() != null) {
            described.put("gatewayOrderId", asked.gatewayOrderId());
        }
        described.put("customer", asked.customer());
        return described;
    }

    private void requireJson(byte[] answer) {
        try {
            if (!json.reader()
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(answer)
                    .isMissingNode()) {
                return;
            }
        } catch (IOException e) {
            throw new HubException(
                    ErrorCode.CONNECTOR_ANSWER_UNREADABLE, "the gateway's answer about a payment is no JSON", null);
        }
        throw new HubException(ErrorCode.CONNECTOR_ANSWER_UNREADABLE, "the gateway's answer about a payment is empty");
    }
}
