package dev.wasl.hub.payment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.wasl.hub.TestDatabase;
import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.MessageWriter;
import dev.wasl.hub.intake.WrittenMessages;
import dev.wasl.hub.ops.HubSettings;
import dev.wasl.hub.payment.PaymentRequest.Expectation;
import dev.wasl.hub.payment.PaymentRequest.Progress;
import dev.wasl.hub.payment.PaymentRequest.Status;
import dev.wasl.hub.tenant.Tenants;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** The payments core on a real database with one real gateway; what it writes lands in a list. */
public final class PaymentsUnderTest implements AskedPayments {

    private static final Duration LEASE = Duration.ofMinutes(1);

    private static final class Database {
        private static final DataSource SHARED = TestDatabase.fresh();
    }

    private final Clock clock;
    private final MessageWriter writer;
    private final PaymentRequestRepository requests;
    private final PaymentQueryRepository queries;
    private final StoredPayments stored;
    private final PaymentCalls calls;
    private final Confirmations confirmations;

    public PaymentsUnderTest(Tenants tenants, PaymentGateway gateway, List<InboundMessage> written, Clock clock) {
        this.clock = clock;
        this.writer = new WrittenMessages(written);
        ObjectMapper json = JsonMapper.builder().addModule(new JavaTimeModule()).build();
        JdbcTemplate jdbc = new JdbcTemplate(Database.SHARED);
        // cases repeat ids and tokens, which are unique in the hub
        jdbc.execute("TRUNCATE hub.payment_request, hub.payment_query");
        PaymentSettings settings = new PaymentSettings(
                "",
                List.of(),
                Duration.ofHours(1),
                List.of(Duration.ofSeconds(30)),
                Duration.ofMinutes(15),
                List.of(Duration.ofSeconds(30)),
                List.of(Duration.ZERO),
                3,
                1_000,
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                Duration.ofMinutes(2),
                Duration.ofMillis(20));
        requests = new PaymentRequestRepository(jdbc, json);
        queries = new PaymentQueryRepository(jdbc, json);
        stored = new StoredPayments(
                requests,
                new StateSeal(new byte[32], List.of()),
                new HubSettings(
                        "x",
                        HubSettings.Place.EMBEDDED,
                        HubSettings.Place.EMBEDDED,
                        URI.create("https://hub.example/")));
        Gateways gateways = new Gateways(List.of(gateway), List.of(), tenants);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        calls = new PaymentCalls(
                requests, queries, stored, gateways, new Answers(writer, json, clock), settings, meters, clock);
        confirmations = new Confirmations(
                requests,
                queries,
                gateways,
                settings,
                new PollSignal(),
                new JdbcTransactionManager(Database.SHARED),
                meters,
                clock);
    }

    /** Where received messages go. */
    public MessageWriter writer() {
        return writer;
    }

    /** What judges mapped payments. */
    public PaymentExpectations expectations() {
        return confirmations;
    }

    /** Stores a payment as if it had been asked for and got as far as this; nobody asks about it by himself. */
    public void store(AskedPayment asked, PaymentStatus reached) {
        Instant at = asked.createdAt();
        PaymentRequest request = new PaymentRequest(
                asked.id(),
                asked.tenant(),
                asked.connector(),
                asked.reference(),
                asked.amount(),
                new Expectation(asked.amount(), asked.reference()),
                asked.customer(),
                asked.description(),
                asked.returnUrl(),
                "test",
                at,
                asked.expiresAt(),
                Progress.starting(null),
                null,
                null,
                0,
                null,
                null,
                null);
        byte[] sealed = stored.seal(request, asked.callbackToken(), asked.gatewayState());
        requests.insert(request, "digest", StoredPayments.hash(asked.callbackToken()), sealed);
        requests.started(asked.id(), asked.gatewayOrderId(), null, asked.expiresAt(), sealed, null, at);
        Status status = Status.of(reached);
        if (status != Status.PENDING) {
            requests.move(
                    asked.id(),
                    new Progress(status, at, asked.gatewayOrderId(), null, null, null, at, false, null, null));
        }
    }

    /** Asks the gateway about everything that is due now, once. */
    public void askWhatIsDue(String connector) {
        Instant now = clock.instant();
        requests.claimDue(connector, List.of(), now, now.plus(LEASE), 100).forEach(calls::query);
        queries.claimDue(connector, List.of(), now, now.plus(LEASE), 100).forEach(calls::query);
    }

    /** Whether a request still stands where it was stored. */
    public boolean isStillAsStored(UUID id, PaymentStatus reached) {
        return requests.find(id).orElseThrow().request().status() == Status.of(reached);
    }

    @Override
    public Optional<AskedPayment> byCallbackToken(String tenant, String connector, String token) {
        return stored.byCallbackToken(tenant, connector, token);
    }

    @Override
    public Optional<AskedPayment> byGatewayOrder(String tenant, String connector, String gatewayOrderId) {
        return stored.byGatewayOrder(tenant, connector, gatewayOrderId);
    }

    @Override
    public Optional<AskedPayment> byReference(String tenant, String connector, String reference) {
        return stored.byReference(tenant, connector, reference);
    }
}
