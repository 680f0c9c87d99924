package dev.wasl.hub.connector.bosta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wasl.hub.SteeredLeadership;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.DeliveryStatus;
import dev.wasl.hub.connector.RequestBudget.Priority;
import dev.wasl.hub.connector.TestSync;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.tenant.Tenants;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

@Timeout(120)
class BostaSyncTest {

    private final SteeredLeadership leadership = new SteeredLeadership();
    private BostaBench bench;
    private Tenants tenants;
    private BostaSync bosta;
    private CamelForTests camel;

    @BeforeEach
    void open() throws Exception {
        bench = new BostaBench();
        bench.clock.run();
        camel = new CamelForTests();
        tenants = TestSync.tenants(Map.of(
                "wasl.tenants.hvar.name", "HVAR",
                "wasl.tenants.hvar.connectors.bosta.base-url", bench.bosta.url() + "/",
                "wasl.tenants.hvar.connectors.bosta.api-key", " key-1\n",
                "wasl.tenants.hvar.connectors.bosta.requests-per-second", "0",
                "wasl.tenants.hvar.connectors.bosta.poll-interval", "50ms",
                "wasl.tenants.portal.name", "Portal"));
        bosta = sync(tenants);
    }

    private BostaSync sync(Tenants of) {
        return new BostaSync(
                of,
                bench.sync,
                TestSync.budgets(bench.dataSource, bench.clock),
                camel.context,
                bench.writer,
                leadership,
                new StaticListableBeanFactory().getBeanProvider(dev.wasl.hub.connector.OpenDeliveries.class),
                bench.meters,
                bench.clock);
    }

    @AfterEach
    void close() throws IOException {
        bosta.stop();
        camel.close();
        bench.close();
    }

    @Test
    void works_only_while_this_instance_leads() {
        bench.deliveries(3);
        bosta.begin();
        await().during(Duration.ofSeconds(1)).until(bench.bosta.calls::isEmpty);

        leadership.gain();
        await().untilAsserted(() ->
                assertThat(bench.writer.of(InboundMessage.Kind.DETAIL)).hasSize(3));
        assertThat(bench.bosta.calls.get(0).header("Authorization")).isEqualTo("key-1");

        leadership.lose();
        await().until(() -> threads().isEmpty());
        long calls = bench.bosta.calls.size();
        await().during(Duration.ofSeconds(1)).until(() -> bench.bosta.calls.size() == calls);

        leadership.gain();
        await().until(() -> bench.bosta.calls.size() > calls);
        bosta.stop();
        assertThat(leadership.hasListener()).isFalse();
        assertThat(threads()).isEmpty();
    }

    @Test
    void two_tenants_share_what_the_server_allows_this_address() {
        Map<String, Object> settings = new HashMap<>();
        for (String tenant : List.of("hvar", "portal")) {
            String prefix = "wasl.tenants." + tenant + ".connectors.bosta.";
            settings.put("wasl.tenants." + tenant + ".name", tenant);
            settings.put(prefix + "base-url", bench.bosta.url());
            settings.put(prefix + "api-key", "key-of-" + tenant);
            settings.put(prefix + "requests-per-second", "5");
            settings.put(prefix + "burst", "1");
            settings.put(prefix + "poll-interval", "10ms");
        }
        bosta = sync(TestSync.tenants(settings));
        bosta.begin();
        long begun = System.nanoTime();

        leadership.gain();
        await().atMost(Duration.ofSeconds(30)).until(() -> bench.bosta.calls.size() >= 16);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(2_900));
        assertThat(bench.bosta.calls.stream().map(call -> call.header("Authorization")))
                .contains("key-of-hvar", "key-of-portal");
    }

    @Test
    void a_webhook_is_a_hint_to_fetch_the_detail_and_other_messages_are_not() {
        FakeBosta.Parcel parcel = bench.bosta.add(BostaBench.NOW);
        BostaHints hints = new BostaHints(bench.sync, tenants, bosta);
        bosta.begin();
        // a poll would find the same delivery and ask for it once more; here only the hint may ask
        bench.sync.pausePolling("hvar", "bosta");

        hints.hint(List.of(
                message("hvar", "bosta", parcel.number(), Delivery.Via.WEBHOOK),
                message("hvar", "bosta", parcel.number(), Delivery.Via.WEBHOOK),
                message("hvar", "bosta", "90000099", Delivery.Via.SEARCH),
                message("hvar", "other", "90000098", Delivery.Via.WEBHOOK),
                message("portal", "bosta", "90000097", Delivery.Via.WEBHOOK),
                message("hvar", "bosta", "../90000096", Delivery.Via.WEBHOOK)));

        assertThat(bench.memory.wantCounts()).containsExactly(Map.entry(Priority.HINT, 1L));
        leadership.gain();
        await().untilAsserted(() ->
                assertThat(bench.writer.of(InboundMessage.Kind.DETAIL)).hasSize(1));
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("bosta-hvar-"))
                .toList();
    }

    private static CanonicalMessage message(String tenant, String connector, String number, Delivery.Via via) {
        Delivery delivery = new Delivery(
                connector,
                null,
                number,
                null,
                null,
                DeliveryStatus.DELIVERED,
                null,
                45,
                null,
                null,
                null,
                BostaBench.NOW,
                via,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        return new CanonicalMessage(
                new CanonicalEvent(
                        "1.0",
                        "id",
                        "/" + tenant + "/" + connector,
                        "dev.wasl.delivery.status_changed.v1",
                        "delivery/" + connector + "/" + number,
                        BostaBench.NOW,
                        "application/json",
                        null,
                        tenant,
                        null,
                        null,
                        null,
                        delivery),
                new byte[0],
                null);
    }
}
