package dev.wasl.hub.payment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.wasl.hub.SteeredClock;
import dev.wasl.hub.SteeredLeadership;
import dev.wasl.hub.TestDatabase;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.connector.TenantsForTests;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.WrittenMessages;
import dev.wasl.hub.ops.HubSettings;
import dev.wasl.hub.payment.PaymentExpectations.Origin;
import dev.wasl.hub.payment.PaymentExpectations.Statement;
import dev.wasl.hub.tenant.Tenants;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** The payments core on a real database, with a gateway, a broker and a clock that a test steers. */
final class PaymentHub {

    static final Instant START = Instant.parse("2026-11-20T08:00:00Z");
    static final Party AMINA = new Party("Amina", "+256770000001", null, null, null);

    final SteeredClock clock = new SteeredClock(START);
    final FakeGateway momo = new FakeGateway("mtn-momo", "mtn-momo");
    final FakeGateway flutterwave = new FakeGateway("flutterwave-v3", "flutterwave");
    final List<InboundMessage> written = new CopyOnWriteArrayList<>();
    final WrittenMessages writer = new WrittenMessages(written);
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final SteeredLeadership leadership = new SteeredLeadership();

    final JdbcTemplate jdbc;
    final PaymentSettings settings;
    final PaymentRequestRepository requestRows;
    final StoredPayments stored;
    final PaymentRequests requests;
    final PaymentRecords records;
    final Confirmations confirmations;
    final PaymentPolling polling;

    PaymentHub() {
        DataSource database = TestDatabase.fresh();
        ObjectMapper json = JsonMapper.builder().addModule(new JavaTimeModule()).build();
        jdbc = new JdbcTemplate(database);
        settings = new PaymentSettings(
                "",
                List.of(),
                Duration.ofHours(1),
                List.of(Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMinutes(3)),
                Duration.ofMinutes(15),
                List.of(Duration.ofSeconds(30), Duration.ofHours(1)),
                List.of(Duration.ZERO, Duration.ofSeconds(30), Duration.ofMinutes(5)),
                3,
                1_000,
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                Duration.ofMinutes(2),
                Duration.ofMillis(20));
        Tenants tenants = TenantsForTests.of(Map.of(
                "wasl.tenants.phoneshop.currency", "UGX",
                "wasl.tenants.phoneshop.connectors.mtn-momo.base-url", "http://127.0.0.1:9",
                "wasl.tenants.phoneshop.connectors.flutterwave-v3.base-url", "http://127.0.0.1:9",
                "wasl.tenants.phoneshop.connectors.stripe.signing-secrets", "whsec_1",
                "wasl.tenants.hvar.connectors.mtn-momo.base-url", "http://127.0.0.1:9"));
        requestRows = new PaymentRequestRepository(jdbc, json);
        PaymentQueryRepository queryRows = new PaymentQueryRepository(jdbc, json);
        stored = new StoredPayments(
                requestRows,
                new StateSeal(new byte[32], List.of()),
                new HubSettings(
                        "x",
                        HubSettings.Place.EMBEDDED,
                        HubSettings.Place.EMBEDDED,
                        URI.create("https://hub.example/")));
        Gateways gateways =
                new Gateways(List.of(momo, flutterwave), List.of(new OtherName("mtn-momo", "mtn")), tenants);
        Answers answers = new Answers(writer, json, clock);
        PollSignal signal = new PollSignal();
        PaymentCalls calls =
                new PaymentCalls(requestRows, queryRows, stored, gateways, answers, settings, meters, clock);
        requests = new PaymentRequests(requestRows, queryRows, stored, gateways, calls, settings, signal, clock);
        records = new PaymentRecords(new PaymentRecordRepository(jdbc, json), answers, clock);
        confirmations = new Confirmations(
                requestRows,
                queryRows,
                gateways,
                settings,
                signal,
                new JdbcTransactionManager(database),
                meters,
                clock);
        polling = new PaymentPolling(
                requestRows, queryRows, calls, gateways, records, settings, signal, leadership, clock);
    }

    PaymentRequests.Wanted wanted(String reference, long minor) {
        return wanted("phoneshop", "mtn", reference, minor);
    }

    PaymentRequests.Wanted wanted(String tenant, String gateway, String reference, long minor) {
        return new PaymentRequests.Wanted(
                tenant, gateway, reference, new Money(minor, "UGX"), AMINA, "Order", null, null, "shop");
    }

    PaymentRequest asked(String reference, long minor) {
        return requests.ask(wanted(reference, minor)).request();
    }

    PaymentRequest now(PaymentRequest request) {
        return requests.find(List.of(request.tenant()), request.id()).orElseThrow();
    }

    /** What a gateway says of a payment. */
    static Payment said(
            PaymentStatus status, String payment, @Nullable String reference, @Nullable Long minor, String proof) {
        return said(status, payment, reference, minor == null ? null : new Money(minor, "UGX"), proof, START);
    }

    static Payment said(
            PaymentStatus status,
            String payment,
            @Nullable String reference,
            @Nullable Money amount,
            String proof,
            Instant at) {
        return new Payment(
                "mtn-momo",
                "event:" + payment + ":" + status,
                status.name(),
                payment,
                null,
                reference,
                status,
                amount,
                null,
                null,
                null,
                null,
                null,
                at,
                true,
                null,
                null,
                null,
                null,
                proof);
    }

    Statement callback(Payment payment) {
        return new Statement("phoneshop", "mtn-momo", Origin.CALLBACK, null, null, payment, clock.instant());
    }

    Statement answer(PaymentRequest request, Payment payment) {
        return new Statement("phoneshop", "mtn-momo", Origin.ANSWER, request.id(), null, payment, clock.instant());
    }

    /** A gateway that answers as a test says. */
    static final class FakeGateway implements PaymentGateway {

        private final String connector;
        private final String gateway;
        final List<AskedPayment> starts = new CopyOnWriteArrayList<>();
        final List<Query> queries = new CopyOnWriteArrayList<>();
        volatile Function<AskedPayment, Started> starting =
                asked -> new Started("order-" + asked.reference(), null, null, Map.of("secret", "s3cret"));
        volatile Function<Query, byte @Nullable []> answering = query -> "{\"status\":\"PENDING\"}".getBytes();

        FakeGateway(String connector, String gateway) {
            this.connector = connector;
            this.gateway = gateway;
        }

        @Override
        public String connector() {
            return connector;
        }

        @Override
        public String gateway() {
            return gateway;
        }

        @Override
        public Started start(AskedPayment asked) {
            starts.add(asked);
            return starting.apply(asked);
        }

        @Override
        public byte @Nullable [] query(Query query) {
            queries.add(query);
            return answering.apply(query);
        }
    }

    private record OtherName(String connector, String alias) implements dev.wasl.hub.intake.Webhook {

        @Override
        public dev.wasl.hub.intake.Verdict verify(dev.wasl.hub.intake.WebhookRequest request) {
            return dev.wasl.hub.intake.Verdict.UNKNOWN_SECRET;
        }

        @Override
        public String messageId(dev.wasl.hub.intake.WebhookRequest request) {
            return "";
        }

        @Override
        public java.util.Set<String> aliases() {
            return java.util.Set.of(alias);
        }
    }
}
