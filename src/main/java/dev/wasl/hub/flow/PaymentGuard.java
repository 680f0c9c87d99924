package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.payment.PaymentExpectations;
import dev.wasl.hub.payment.PaymentExpectations.Hint;
import dev.wasl.hub.payment.PaymentExpectations.Judgement;
import dev.wasl.hub.payment.PaymentExpectations.Origin;
import dev.wasl.hub.payment.PaymentExpectations.Quarantined;
import dev.wasl.hub.payment.PaymentExpectations.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * {@code ref: paymentGuard}: the step between a mapped payment and its publication. What proves nothing says nothing: the
 * gateway is asked instead. What differs from what was asked for is parked, and goes on when it is replayed after a
 * person corrected the expectation.
 */
@Component("paymentGuard")
class PaymentGuard {

    private final PaymentExpectations expectations;

    PaymentGuard(PaymentExpectations expectations) {
        this.expectations = expectations;
    }

    /** Called by routes with the mapped batch as body; leaves what may be published, and why not of the rest. */
    public List<Mapped> admit(Exchange exchange) {
        List<Mapped> batch = new ArrayList<>();
        for (Object mapped : exchange.getMessage().getBody(List.class)) {
            batch.add((Mapped) mapped);
        }
        return admit(batch);
    }

    List<Mapped> admit(List<Mapped> batch) {
        List<Statement> statements = new ArrayList<>();
        for (Mapped mapped : batch) {
            statements.addAll(statements(mapped));
        }
        List<Judgement> judgements = expectations.judge(statements);
        List<Mapped> judged = new ArrayList<>(batch.size());
        int next = 0;
        for (Mapped mapped : batch) {
            int count = statements(mapped).size();
            judged.add(after(mapped, judgements.subList(next, next + count)));
            next += count;
        }
        return judged;
    }

    /** A message is published whole or not at all. */
    private static Mapped after(Mapped mapped, List<Judgement> judgements) {
        HubException reason = null;
        boolean hint = false;
        for (Judgement judgement : judgements) {
            if (judgement instanceof Quarantined quarantined && reason == null) {
                reason = quarantined.reason();
            }
            hint |= judgement instanceof Hint;
        }
        if (reason != null) {
            return new Mapped(mapped.message(), List.of(), reason);
        }
        return hint ? new Mapped(mapped.message(), List.of(), null) : mapped;
    }

    private static List<Statement> statements(Mapped mapped) {
        InboundMessage message = mapped.message();
        List<Statement> statements = new ArrayList<>(mapped.events().size());
        for (CanonicalEvent event : mapped.events()) {
            if (event.data() instanceof Payment payment) {
                statements.add(new Statement(
                        message.tenant(),
                        message.connector(),
                        origin(message.kind()),
                        id(message.headers(), PaymentExpectations.REQUEST_NOTE),
                        id(message.headers(), PaymentExpectations.QUERY_NOTE),
                        payment,
                        message.receivedAt()));
            }
        }
        return statements;
    }

    private static Origin origin(InboundMessage.Kind kind) {
        return switch (kind) {
            case WEBHOOK -> Origin.CALLBACK;
            case POLL, BACKFILL, DETAIL -> Origin.ANSWER;
            case API -> Origin.RECORD;
        };
    }

    private static @Nullable UUID id(Map<String, String> notes, String name) {
        String id = notes.get(name);
        try {
            return id == null ? null : UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
