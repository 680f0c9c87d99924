package dev.wasl.hub.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.Notification.Status;
import dev.wasl.hub.console.NowPage.Tone;
import dev.wasl.hub.journal.LedgerView;
import dev.wasl.hub.notify.NotificationLog;
import dev.wasl.hub.ops.QueueView;
import dev.wasl.hub.payment.PaymentTroubles;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.ResourceBundleMessageSource;

class NowPresenterTest {

    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
    private static final LedgerView.Row BALANCED = row(100, 40, Duration.ofSeconds(20));

    private final NowPresenter presenter = new NowPresenter(texts());
    private List<String> brokenRoutes = List.of();
    private List<PaymentTroubles.Trouble> payments = List.of();

    @Test
    void says_that_everything_flows() {
        NowPage page = present(List.of(BALANCED), 0L, List.of(new QueueView.Queue("crm", 40, null, 2)));

        assertThat(page.headline().tone()).isEqualTo(Tone.OK);
        assertThat(page.headline().text()).isEqualTo("Everything flows");
        assertThat(page.headline().reasons()).isEmpty();
        assertThat(page.pending()).isEqualTo(new NowPage.Pending("40", "20 s", Tone.OK));
    }

    @Test
    void asks_for_a_look_at_parked_messages() {
        NowPage page = present(List.of(BALANCED), 1500L, List.of());

        assertThat(page.headline().tone()).isEqualTo(Tone.WARN);
        assertThat(page.headline().reasons())
                .containsExactly(new NowPage.Reason(Tone.WARN, "Parked messages: 1,500", "parked"));
    }

    @Test
    void raises_the_alarm_when_the_ledger_does_not_balance() {
        NowPage page = present(
                List.of(BALANCED, new LedgerView.Row("portal", "stripe", 9, 8, 0, 0, 0, 0, null)), 0L, List.of());

        assertThat(page.headline().tone()).isEqualTo(Tone.BAD);
        assertThat(page.headline().reasons())
                .extracting(NowPage.Reason::text)
                .containsExactly("The ledger does not balance");
        assertThat(page.ledger().balanced()).isFalse();
        assertThat(page.ledger().rows()).extracting(NowPage.LedgerRow::balanced).containsExactly(true, false);
    }

    @Test
    void raises_the_alarm_when_a_message_is_under_way_for_too_long() {
        assertThat(present(List.of(row(100, 40, Duration.ofMinutes(5))), 0L, List.of())
                        .headline()
                        .tone())
                .isEqualTo(Tone.OK);
        assertThat(present(List.of(row(100, 40, Duration.ofMinutes(121))), 0L, List.of())
                        .headline()
                        .reasons())
                .extracting(NowPage.Reason::text)
                .containsExactly("A message has been under way for 2 h");
    }

    @Test
    void raises_the_alarm_when_nobody_reads_a_queue_that_fills() {
        NowPage page = present(
                List.of(BALANCED),
                3L,
                List.of(new QueueView.Queue("notify", 0, null, 0), new QueueView.Queue("crm", 1, null, 0)));

        assertThat(page.headline().reasons())
                .extracting(NowPage.Reason::text)
                .containsExactly("Nobody reads the queue \u2068crm\u2069", "Parked messages: 3");
    }

    @Test
    void names_broken_route_files_and_payments_that_need_somebody() {
        brokenRoutes = List.of("shop-order-in.camel.yaml");
        payments = List.of(
                new PaymentTroubles.Trouble("hvar", "paymob", PaymentTroubles.Kind.SILENT, "WASL-5001"),
                new PaymentTroubles.Trouble("portal", "stripe", PaymentTroubles.Kind.QUARANTINED, "2"));

        assertThat(present(List.of(BALANCED), 0L, List.of()).headline().reasons())
                .extracting(NowPage.Reason::tone, NowPage.Reason::text)
                .containsExactly(
                        tuple(Tone.BAD, "The route file \u2068shop-order-in.camel.yaml\u2069 is broken"),
                        tuple(Tone.BAD, "\u2068portal/stripe\u2069: payments confirmed otherwise than asked for: 2"),
                        tuple(Tone.WARN, "\u2068hvar/paymob\u2069 does not answer: WASL-5001"));
    }

    @Test
    void shows_what_it_has_when_the_database_or_the_broker_does_not_answer() {
        NowPage page = present(null, null, null);

        assertThat(page.headline().tone()).isEqualTo(Tone.BAD);
        assertThat(page.headline().reasons())
                .extracting(NowPage.Reason::text)
                .containsExactly("The database does not answer", "The message broker does not answer");
        assertThat(page.ledger()).isNull();
        assertThat(page.parked()).isNull();
        assertThat(page.queues()).isNull();
        assertThat(page.messages().perMinute()).isNull();
    }

    @Test
    void sums_notifications_by_how_far_they_got() {
        NowPage page = presenter.page(
                snapshot(
                        List.of(),
                        0L,
                        List.of(),
                        List.of(
                                new NotificationLog.Count(Channel.SMS, Status.DELIVERED, false, 60),
                                new NotificationLog.Count(Channel.SMS, Status.READ, false, 15),
                                new NotificationLog.Count(Channel.SMS, Status.SENT, false, 17),
                                new NotificationLog.Count(Channel.SMS, Status.FAILED, true, 3),
                                new NotificationLog.Count(Channel.SMS, Status.FAILED, false, 5))),
                Locale.ENGLISH);

        assertThat(page.notifications()).singleElement().satisfies(channel -> {
            assertThat(channel.total()).isEqualTo("100");
            assertThat(channel.parts())
                    .containsExactly(
                            new NowPage.ChannelPart("arrived", "arrived", "75", 0, 75),
                            new NowPage.ChannelPart("sent", "sent", "17", 75, 17),
                            new NowPage.ChannelPart("withdrawn", "withdrawn", "3", 92, 3),
                            new NowPage.ChannelPart("failed", "failed", "5", 95, 5));
        });
    }

    @Test
    void lists_connectors_that_do_not_fetch_with_what_they_brought() {
        assertThat(present(List.of(BALANCED), 0L, List.of()).others())
                .containsExactly(new NowPage.Other("hvar", "stripe", "100"));
        assertThat(present(null, null, null).others()).containsExactly(new NowPage.Other("hvar", "stripe", null));
    }

    @Test
    void counts_in_latin_digits_in_every_language() {
        for (Language language : Language.values()) {
            NowPage page =
                    presenter.page(snapshot(List.of(BALANCED), 1234567L, List.of(), List.of()), language.locale());
            assertThat(page.parked().count()).as(language.name()).containsPattern("1.234.567");
        }
    }

    @Test
    void two_looks_that_saw_the_same_are_the_same() {
        NowSnapshot one = snapshot(List.of(BALANCED), 1L, List.of(), List.of());
        NowSnapshot later = new NowSnapshot(
                NOW.plusSeconds(2),
                one.firstMinute(),
                one.perMinute(),
                one.ledger(),
                one.parked(),
                one.causes(),
                one.queues(),
                one.brokenRoutes(),
                one.configured(),
                one.syncs(),
                one.payments(),
                one.notifications());

        assertThat(later.sameAs(one)).isTrue();
        assertThat(snapshot(List.of(BALANCED), 2L, List.of(), List.of()).sameAs(one))
                .isFalse();
        assertThat(one.sameAs(null)).isFalse();
    }

    private NowPage present(
            @Nullable List<LedgerView.Row> ledger, @Nullable Long parked, @Nullable List<QueueView.Queue> queues) {
        return presenter.page(snapshot(ledger, parked, queues, List.of()), Locale.ENGLISH);
    }

    private NowSnapshot snapshot(
            @Nullable List<LedgerView.Row> ledger,
            @Nullable Long parked,
            @Nullable List<QueueView.Queue> queues,
            List<NotificationLog.Count> notifications) {
        return new NowSnapshot(
                NOW,
                NOW.minusSeconds(3600),
                ledger == null ? null : Collections.nCopies(60, 7L),
                ledger,
                parked,
                parked == null ? null : List.of(),
                queues,
                brokenRoutes,
                Map.of("hvar", Set.of("stripe")),
                List.of(),
                payments,
                notifications);
    }

    private static LedgerView.Row row(long received, long pending, @Nullable Duration oldest) {
        return new LedgerView.Row(
                "hvar", "stripe", received, 60, 0, 0, 0, pending, oldest == null ? null : NOW.minus(oldest));
    }

    private static ResourceBundleMessageSource texts() {
        ResourceBundleMessageSource texts = new ResourceBundleMessageSource();
        texts.setBasename("messages");
        texts.setDefaultEncoding("UTF-8");
        texts.setFallbackToSystemLocale(false);
        return texts;
    }
}
