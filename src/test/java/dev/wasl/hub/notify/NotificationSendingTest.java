package dev.wasl.hub.notify;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static dev.wasl.hub.notify.NotifyHub.NOW;
import static dev.wasl.hub.notify.NotifyHub.PHONE;
import static dev.wasl.hub.notify.NotifyHub.delivery;
import static dev.wasl.hub.notify.NotifyHub.payment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.wasl.hub.AtOnce;
import dev.wasl.hub.canonical.DeliveryStatus;
import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.Notification.Status;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sending against providers that play up. Every test counts requests: one too many is a second message to a person. */
class NotificationSendingTest {

    private static final String SMS = "/2010-04-01/Accounts/AC1/Messages.json";
    private static final String WHATSAPP = "/v23.0/106/messages";
    private static final WireMockServer PROVIDER = new WireMockServer(options().dynamicPort());
    private static final GreenMail MAIL = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    private NotifyHub hub;

    @BeforeAll
    static void startProviders() {
        PROVIDER.start();
        MAIL.start();
    }

    @AfterAll
    static void stopProviders() {
        PROVIDER.stop();
        MAIL.stop();
    }

    @BeforeEach
    void start() throws Exception {
        PROVIDER.resetAll();
        MAIL.purgeEmailFromAllMailboxes();
        hub = hub(Map.of());
        PROVIDER.stubFor(post(SMS)
                .willReturn(okJson("{\"sid\":\"SM1\",\"status\":\"queued\"}").withStatus(201)));
        PROVIDER.stubFor(post(WHATSAPP).willReturn(okJson("{\"messages\":[{\"id\":\"wamid.1\"}]}")));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private static NotifyHub hub(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(NotifyHub.providers(
                "http://localhost:" + PROVIDER.port(), MAIL.getSmtp().getPort()));
        properties.putAll(more);
        return NotifyHub.with(properties);
    }

    // --- the ordinary way ---------------------------------------------------------------------------------------

    @Test
    void sends_the_approved_template_by_whatsapp_and_follows_its_receipts() {
        hub.apply(delivery("90000001", DeliveryStatus.OUT_FOR_DELIVERY, NOW));
        hub.drain();

        NotificationDesk.Entry entry = hub.only();
        assertThat(entry.state()).isEqualTo(Status.ACCEPTED);
        PROVIDER.verify(
                1,
                postRequestedFor(urlEqualTo(WHATSAPP))
                        .withRequestBody(equalToJson(String.format(Locale.ROOT, """
                                {"messaging_product":"whatsapp","recipient_type":"individual","to":"%s","type":"template",
                                 "biz_opaque_callback_data":"n=%s;a=1",
                                 "template":{"name":"out_for_delivery","language":{"code":"ar"},"components":[
                                  {"type":"body","parameters":[{"type":"text","text":"أحمد علي"},
                                   {"type":"text","text":"متجر النور"},{"type":"text","text":"90000001"}]}]}}
                                """, PHONE, entry.id()))));

        receive(Channel.WHATSAPP, "wamid.1", 1, Status.SENT, null);
        receive(Channel.WHATSAPP, "wamid.1", 1, Status.READ, null);
        receive(Channel.WHATSAPP, "wamid.1", 1, Status.DELIVERED, null);
        hub.clock.advance(Duration.ofHours(1));
        hub.drain();

        assertThat(hub.only().state()).isEqualTo(Status.READ);
        assertThat(requests(SMS)).isZero();
        hub.get(NotificationOutbox.class).publish();
        assertThat(hub.published())
                .extracting(event -> event.id().substring(37))
                .containsExactly("0#REQUESTED", "1#SENDING", "1#ACCEPTED", "1#SENT", "1#READ");
        assertThat(hub.journey().history()).hasSize(6);
    }

    @Test
    void sends_an_sms_with_our_correlation_and_a_validity() {
        hub.apply(delivery("90000001", DeliveryStatus.EXCEPTION, NOW));
        hub.drain();

        Map<String, String> form = form();
        assertThat(form)
                .containsEntry("To", PHONE)
                .containsEntry("From", "+15550001111")
                .containsEntry("ValidityPeriod", "36000")
                .containsEntry(
                        "StatusCallback",
                        "https://hub.example.com/webhooks/shop/twilio?n="
                                + hub.only().id() + "&a=1");
        assertThat(form.get("Body")).isEqualTo("تعذر تسليم شحنتك من متجر النور رقم 90000001 اليوم. سنحاول مرة أخرى.");
        assertThat(hub.journey().attempts().get(0).segments()).isEqualTo(1);
    }

    @Test
    void sends_a_receipt_by_mail_as_a_finished_message() throws Exception {
        hub.apply(payment("1", "amine@example.com", NOW));
        hub.drain();

        assertThat(hub.only().state()).isEqualTo(Status.SENT);
        assertThat(MAIL.getReceivedMessages()).hasSize(1);
        MimeMessage mail = MAIL.getReceivedMessages()[0];
        assertThat(mail.getSubject()).isEqualTo("إيصال الدفع من متجر النور");
        assertThat(mail.getMessageID()).isEqualTo("<" + hub.only().id() + ".1@example.com>");
        assertThat(hub.only().providerMessageId()).isEqualTo(mail.getMessageID());
        assertThat(mail.getAllRecipients()).hasSize(1);
        assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        MimeMultipart parts = (MimeMultipart) mail.getContent();
        assertThat(parts.getContentType()).startsWith("multipart/alternative");
        assertThat(parts.getBodyPart(0).getContent().toString()).contains("1,250.50 EGP");
        assertThat(parts.getBodyPart(1).getContent().toString()).contains("dir=\"rtl\"");
    }

    // --- lost answers -------------------------------------------------------------------------------------------

    static Stream<ResponseDefinitionBuilder> lostAnswers() {
        return Stream.of(
                aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER),
                aResponse().withFault(Fault.EMPTY_RESPONSE),
                aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK),
                aResponse().withStatus(201).withBody("{\"sid\":\"SM1\"}").withFixedDelay(3_000),
                aResponse().withStatus(201).withBody("<html>"),
                aResponse().withStatus(500),
                aResponse().withStatus(503));
    }

    @ParameterizedTest
    @MethodSource("lostAnswers")
    void never_repeats_a_call_whose_answer_was_lost(ResponseDefinitionBuilder answer) {
        PROVIDER.stubFor(post(SMS).willReturn(answer));
        hub.apply(delivery("90000001", DeliveryStatus.EXCEPTION, NOW));
        hub.drain();
        assertThat(hub.only().state()).isEqualTo(Status.UNKNOWN);

        for (int i = 0; i < 20; i++) {
            hub.clock.advance(Duration.ofMinutes(5));
            hub.drain();
        }

        // the provider notes a request only once it has dealt with it
        await().untilAsserted(() -> assertThat(requests(SMS)).isEqualTo(1));
        assertThat(hub.journey().attempts()).hasSize(1);
        assertThat(hub.only().heldCode()).isEqualTo("WASL-6005");
        assertThat(hub.attention().unknown()).isEqualTo(1);
    }

    @Test
    void believes_a_receipt_that_echoes_our_correlation_when_the_answer_was_lost() {
        PROVIDER.stubFor(post(SMS).willReturn(aResponse().withStatus(500)));
        hub.apply(delivery("90000001", DeliveryStatus.EXCEPTION, NOW));
        hub.drain();

        receive(Channel.SMS, "SM9", 1, Status.SENT, null);
        hub.clock.advance(Duration.ofMinutes(10));
        hub.drain();
        assertThat(hub.only().heldCode()).isNull();
        assertThat(hub.only().providerMessageId()).isEqualTo("SM9");
        hub.apply(hub.receipt(Channel.SMS, "SM9", null, null, Status.DELIVERED, null));

        assertThat(hub.only().state()).isEqualTo(Status.DELIVERED);
        assertThat(requests(SMS)).isEqualTo(1);
    }

    @Test
    void counts_a_call_as_unknown_when_the_instance_died_in_it() {
        hub.apply(delivery("90000001", DeliveryStatus.EXCEPTION, NOW));
        NotificationSending.Claim claim = hub.get(NotificationSending.class).claim(hub.get(TwilioMessages.class), 10);
        assertThat(claim.calls()).hasSize(1);
        // the instance dies here: whether the request left is anybody's guess

        hub.drain();
        assertThat(hub.only().state()).isEqualTo(Status.SENDING);
        hub.clock.advance(Duration.ofSeconds(61));
        hub.drain();
        assertThat(hub.only().state()).isEqualTo(Status.UNKNOWN);
        hub.clock.advance(Duration.ofHours(2));
        hub.drain();

        assertThat(requests(SMS)).isZero();
        assertThat(hub.journey().attempts()).hasSize(1);
        assertThat(hub.only().heldCode()).isEqualTo("WASL-6005");
    }

    @Test
    void takes_a_late_answer_as_evidence_after_the_lease_ran_out() {
        hub.apply(delivery("90000001", DeliveryStatus.EXCEPTION, NOW));
        TwilioMessages twilio = hub.get(TwilioMessages.class);
        NotificationSending sending = hub.get(NotificationSending.class);
        NotificationSending.Call call = sending.claim(twilio, 10).calls().get(0);
        hub.clock.advance(Duration.ofSeconds(61));
        sending.timers();

        sending.finish(twilio, call, twilio.send("shop", call.message()));
        hub.clock.advance(Duration.ofHours(1));
        hub.drain();
        hub.apply(hub.receipt(Channel.SMS, "SM1", null, null, Status.DELIVERED, null));

        assertThat(hub.only().state()).isEqualTo(Status.DELIVERED);
        assertThat(requests(SMS)).isEqualTo(1);
    }

    @Test
    void sends_what_a_person_releases_once_more() {
        PROVIDER.stubFor(post(SMS).willReturn(aResponse().withStatus(500)));
        hub.apply(delivery("90000001", DeliveryStatus.EXCEPTION, NOW));
        hub.drain();
        hub.clock.advance(Duration.ofMinutes(5));
        hub.drain();
        PROVIDER.stubFor(post(SMS).willReturn(okJson("{\"sid\":\"SM2\"}").withStatus(201)));

        assertThat(hub.get(Notifications.class).release("shop", hub.only().id()))
                .isTrue();
        hub.drain();

        assertThat(requests(SMS)).isEqualTo(2);
        assertThat(hub.only().state()).isEqualTo(Status.ACCEPTED);
        assertThat(hub.get(Notifications.class).release("shop", hub.only().id()))
                .isFalse();
    }

    @Test
    void repeats_a_lost_mail_with_the_same_message_id() {
        hub.apply(payment("1", "amine@example.com", NOW));
        NotificationSending sending = hub.get(NotificationSending.class);
        assertThat(sending.claim(hub.get(SmtpMessages.class), 10).calls()).hasSize(1);
        hub.clock.advance(Duration.ofSeconds(61));
        hub.drain();
        hub.clock.advance(Duration.ofSeconds(121));
        hub.drain();

        assertThat(hub.only().state()).isEqualTo(Status.SENT);
        assertThat(hub.only().attemptNo()).isEqualTo(2);
        assertThat(hub.only().providerMessageId()).isEqualTo("<" + hub.only().id() + ".1@example.com>");
        assertThat(MAIL.getReceivedMessages()).hasSize(1);
    }

    // --- receipts and answers crossing --------------------------------------------------------------------------

    @Test
    void matches_a_receipt_that_overtook_the_answer() {
        hub.apply(delivery("90000001", DeliveryStatus.EXCEPTION, NOW));
        TwilioMessages twilio = hub.get(TwilioMessages.class);
        NotificationSending sending = hub.get(NotificationSending.class);
        NotificationSending.Call call = sending.claim(twilio, 10).calls().get(0);
        hub.apply(hub.receipt(Channel.SMS, "SM1", null, null, Status.DELIVERED, null));
        assertThat(hub.only().state()).isEqualTo(Status.SENDING);

        sending.finish(twilio, call, twilio.send("shop", call.message()));

        assertThat(hub.only().state()).isEqualTo(Status.DELIVERED);
        assertThat(hub.jdbc.queryForObject("SELECT count(*) FROM hub.notification_receipt", Integer.class))
                .isZero();
    }

    @Test
    void matches_a_receipt_that_was_kept_while_the_answer_was_being_saved() {
        hub.apply(hub.receipt(Channel.SMS, "SM1", null, null, Status.DELIVERED, null));
        hub.apply(delivery("90000001", DeliveryStatus.EXCEPTION, NOW));
        hub.drain();
        assertThat(hub.only().state()).isEqualTo(Status.DELIVERED);

        hub.jdbc.update("UPDATE hub.notification_attempt SET state = 'ACCEPTED'");
        hub.jdbc.update("UPDATE hub.notification SET state = 'ACCEPTED'");
        hub.jdbc.update("DELETE FROM hub.inbox WHERE message_id LIKE '%SM1%'");
        hub.jdbc.update("""
                INSERT INTO hub.notification_receipt (event_id, tenant, provider, provider_message_id, receipt, received_at)
                VALUES ('e', 'shop', 'twilio', 'SM1', '{"channel":"SMS","provider":"twilio","providerMessageId":"SM1",
                    "status":"DELIVERED","occurredAt":"2026-11-20T10:00:00Z"}', now())
                """);
        assertThat(hub.get(NotificationSending.class).match()).isEqualTo(1);
        assertThat(hub.only().state()).isEqualTo(Status.DELIVERED);
        assertThat(hub.get(NotificationSending.class).match()).isZero();
    }

    @Test
    void takes_a_receipt_with_our_correlation_before_the_answer() {
        hub.apply(delivery("90000001", DeliveryStatus.EXCEPTION, NOW));
        TwilioMessages twilio = hub.get(TwilioMessages.class);
        NotificationSending sending = hub.get(NotificationSending.class);
        NotificationSending.Call call = sending.claim(twilio, 10).calls().get(0);
        receive(Channel.SMS, "SM1", 1, Status.SENT, null);
        assertThat(hub.only().state()).isEqualTo(Status.SENT);

        sending.finish(twilio, call, new Outcome.Unclear("reset"));
        hub.clock.advance(Duration.ofHours(1));
        hub.drain();

        assertThat(hub.only().state()).isEqualTo(Status.SENT);
        assertThat(hub.journey().attempts()).hasSize(1);
    }

    @Test
    void keeps_receipts_that_are_not_ours_without_touching_anything() {
        hub.apply(delivery("90000001", DeliveryStatus.EXCEPTION, NOW));
        hub.drain();
        hub.apply(hub.receipt(Channel.SMS, "SM-other", java.util.UUID.randomUUID(), 1, Status.FAILED, "30003"));
        hub.apply(hub.receipt(Channel.WHATSAPP, "wamid.x", hub.only().id(), 1, Status.FAILED, "131026"));
        hub.apply(hub.receipt(Channel.SMS, "SM-forged", hub.only().id(), 1, Status.FAILED, "30003"));

        assertThat(hub.only().state()).isEqualTo(Status.ACCEPTED);
        assertThat(hub.jdbc.queryForObject("SELECT count(*) FROM hub.notification_receipt", Integer.class))
                .isEqualTo(3);
    }

    // --- the next channel ---------------------------------------------------------------------------------------

    @Test
    void falls_back_to_sms_once_when_the_person_is_not_on_whatsapp() {
        hub.apply(delivery("90000001", DeliveryStatus.DELIVERED, NOW));
        hub.drain();
        hub.apply(hub.receipt(Channel.WHATSAPP, "wamid.1", null, null, Status.FAILED, "131026"));
        hub.apply(hub.receipt(Channel.WHATSAPP, "wamid.1", hub.only().id(), 1, Status.FAILED, "131026"));
        hub.drain();
        hub.clock.advance(Duration.ofHours(1));
        hub.drain();

        assertThat(requests(WHATSAPP)).isEqualTo(1);
        assertThat(requests(SMS)).isEqualTo(1);
        assertThat(hub.only().channel()).isEqualTo(Channel.SMS);
        assertThat(hub.only().state()).isEqualTo(Status.ACCEPTED);
        assertThat(form().get("StatusCallback")).endsWith("&a=2");
    }

    @Test
    void falls_back_to_sms_when_whatsapp_refuses_the_person_at_once() {
        PROVIDER.stubFor(post(WHATSAPP)
                .willReturn(okJson("{\"error\":{\"code\":131026,\"message\":\"undeliverable\"}}")
                        .withStatus(400)));
        hub.apply(delivery("90000001", DeliveryStatus.DELIVERED, NOW));
        hub.drain();

        assertThat(requests(WHATSAPP)).isEqualTo(1);
        assertThat(requests(SMS)).isEqualTo(1);
        hub.get(NotificationOutbox.class).publish();
        assertThat(hub.published())
                .extracting(event -> event.id().substring(37))
                .containsExactly("0#REQUESTED", "1#SENDING", "1#FAILED", "2#SENDING", "2#ACCEPTED");
    }

    @Test
    void falls_back_at_the_deadline_and_survives_the_late_delivery() {
        hub.apply(delivery("90000001", DeliveryStatus.DELIVERED, NOW));
        hub.drain();
        receive(Channel.WHATSAPP, "wamid.1", 1, Status.SENT, null);
        hub.clock.advance(Duration.ofMinutes(9));
        hub.drain();
        assertThat(requests(SMS)).isZero();
        hub.clock.advance(Duration.ofMinutes(2));
        hub.drain();
        assertThat(requests(SMS)).isEqualTo(1);

        receive(Channel.WHATSAPP, "wamid.1", 1, Status.DELIVERED, null);
        hub.apply(hub.receipt(Channel.SMS, "SM1", null, null, Status.FAILED, "30008"));
        hub.clock.advance(Duration.ofHours(1));
        hub.drain();

        assertThat(hub.only().state()).isEqualTo(Status.DELIVERED);
        assertThat(requests(SMS)).isEqualTo(1);
    }

    @Test
    void lets_either_the_deadline_or_the_late_delivery_win_but_never_sends_two_sms() throws Exception {
        for (int round = 0; round < 8; round++) {
            String number = "9000100" + round;
            String wamid = "wamid.race." + round;
            PROVIDER.stubFor(post(WHATSAPP).willReturn(okJson("{\"messages\":[{\"id\":\"" + wamid + "\"}]}")));
            PROVIDER.stubFor(post(SMS)
                    .willReturn(okJson("{\"sid\":\"SMR" + round + "\"}").withStatus(201)));
            hub.apply(delivery(number, DeliveryStatus.DELIVERED, hub.clock.instant()));
            hub.drain();
            hub.clock.advance(Duration.ofMinutes(11));
            List<Runnable> racers = List.of(
                    hub::drain,
                    hub::drain,
                    () -> hub.apply(hub.receipt(Channel.WHATSAPP, wamid, null, null, Status.DELIVERED, null)));
            AtOnce.run(racers.size(), racer -> racers.get(racer).run());
            hub.drain();

            NotificationDesk.Entry entry = hub.about(number).get(0);
            assertThat(entry.state()).isEqualTo(Status.DELIVERED);
            assertThat(entry.dueAt()).isNull();
            assertThat(hub.jdbc.queryForObject(
                            "SELECT count(*) FROM hub.notification_attempt WHERE notification_id = ? AND channel = 'SMS'",
                            Integer.class,
                            entry.id()))
                    .isLessThanOrEqualTo(1);
        }
        assertThat(requests(SMS)).isLessThanOrEqualTo(8);
    }

    // --- refusals -----------------------------------------------------------------------------------------------

    @Test
    void repeats_a_throttled_call_after_the_time_the_provider_asked_for() {
        PROVIDER.stubFor(post(SMS)
                .willReturn(aResponse()
                        .withStatus(429)
                        .withHeader("Retry-After", "300")
                        .withBody("{\"code\":20429,\"message\":\"Too Many Requests\"}")));
        hub.apply(
                delivery("90000001", DeliveryStatus.EXCEPTION, NOW),
                delivery("90000002", DeliveryStatus.EXCEPTION, NOW));
        hub.get(NotificationSending.class)
                .claim(hub.get(TwilioMessages.class), 1)
                .calls()
                .forEach(call -> hub.get(NotificationSending.class)
                        .finish(
                                hub.get(TwilioMessages.class),
                                call,
                                hub.get(TwilioMessages.class).send("shop", call.message())));
        hub.drain();
        hub.clock.advance(Duration.ofSeconds(299));
        hub.drain();
        assertThat(requests(SMS)).isEqualTo(1);

        answerWithNewIds();
        hub.clock.advance(Duration.ofSeconds(2));
        hub.drain();

        assertThat(requests(SMS)).isEqualTo(3);
        assertThat(hub.all())
                .allSatisfy(entry -> assertThat(entry.state()).isEqualTo(Status.ACCEPTED))
                .extracting(NotificationDesk.Entry::attemptNo)
                .containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void fails_at_last_when_a_provider_cannot_be_reached_within_the_time() throws Exception {
        try (NotifyHub alone = NotifyHub.with(NotifyHub.providers("http://127.0.0.1:1", 1))) {
            alone.apply(delivery("90000001", DeliveryStatus.EXCEPTION, NOW));
            for (int i = 0; i < 40; i++) {
                alone.drain();
                alone.clock.advance(Duration.ofMinutes(20));
            }

            assertThat(alone.only().state()).isEqualTo(Status.FAILED);
            assertThat(alone.journey().attempts()).hasSize(6);
            assertThat(alone.journey().attempts())
                    .allSatisfy(a -> assertThat(a.errorCode()).isEqualTo("UNREACHABLE"));
        }
    }

    @Test
    void stops_sending_when_the_account_is_refused_and_goes_on_after_a_probe_succeeds() {
        PROVIDER.stubFor(post(SMS)
                .willReturn(
                        okJson("{\"code\":20003,\"message\":\"Authenticate\"}").withStatus(401)));
        hub.apply(
                delivery("90000001", DeliveryStatus.EXCEPTION, NOW),
                delivery("90000002", DeliveryStatus.EXCEPTION, NOW));
        hub.drain();
        int refused = requests(SMS);
        hub.clock.advance(Duration.ofMinutes(4));
        hub.apply(delivery("90000003", DeliveryStatus.EXCEPTION, NOW));
        hub.drain();
        assertThat(requests(SMS)).isEqualTo(refused);
        assertThat(hub.circuits()).singleElement().satisfies(circuit -> assertThat(circuit.code())
                .isEqualTo("20003"));
        assertThat(hub.states()).containsExactly(Map.entry(Status.REQUESTED, 3L));

        hub.clock.advance(Duration.ofMinutes(2));
        hub.drain();
        assertThat(requests(SMS)).isEqualTo(refused + 1);

        answerWithNewIds();
        for (int i = 0; i < 3; i++) {
            hub.clock.advance(Duration.ofMinutes(6));
            hub.drain();
        }

        assertThat(hub.circuits()).isEmpty();
        assertThat(hub.states()).containsExactly(Map.entry(Status.ACCEPTED, 3L));
    }

    @Test
    void holds_what_exceeds_the_spend_cap_for_a_person() {
        hub.close();
        hub = hub(Map.of("wasl.notify.sms-per-hour", "2"));
        answerWithNewIds();
        for (int i = 1; i <= 4; i++) {
            hub.apply(delivery("9000000" + i, DeliveryStatus.EXCEPTION, NOW));
        }
        hub.drain();
        assertThat(requests(SMS)).isEqualTo(2);
        assertThat(hub.attention().held()).isEqualTo(2);

        hub.clock.advance(Duration.ofMinutes(61));
        hub.drain();
        assertThat(requests(SMS)).isEqualTo(2);
        List<NotificationDesk.Entry> held = hub.all().stream()
                .filter(entry -> entry.state() == Status.REQUESTED)
                .toList();
        assertThat(held).allSatisfy(entry -> assertThat(entry.heldCode()).isEqualTo("WASL-6006"));
        held.forEach(entry -> hub.get(Notifications.class).release("shop", entry.id()));
        hub.drain();

        assertThat(requests(SMS)).isEqualTo(4);
    }

    @Test
    void holds_a_notification_whose_template_is_broken_and_sends_it_once_mended(
            @org.junit.jupiter.api.io.TempDir java.nio.file.Path folder) throws Exception {
        java.nio.file.Path file = folder.resolve("notify-delivery-attempt-failed.sms.ar.mustache");
        java.nio.file.Files.writeString(file, "{{nobodyKnows}}");
        hub.close();
        hub = hub(Map.of("wasl.mappings.directory", folder.toString()));
        hub.apply(delivery("90000001", DeliveryStatus.EXCEPTION, NOW));
        hub.drain();
        assertThat(hub.only().heldCode()).isEqualTo("WASL-6001");
        assertThat(hub.only().errorDetail()).contains("nobodyKnows");
        assertThat(requests(SMS)).isZero();

        java.nio.file.Files.writeString(file, "{{trackingNumber}} مرحبا");
        hub.get(Notifications.class).release("shop", hub.only().id());
        hub.drain();

        assertThat(form()).containsEntry("Body", "90000001 مرحبا");
    }

    @Test
    void respects_the_rate_of_a_sender() {
        hub.close();
        hub = hub(Map.of("wasl.notify.burst", "2", "wasl.notify.rates.twilio", "1"));
        answerWithNewIds();
        for (int i = 1; i <= 5; i++) {
            hub.apply(delivery("9000000" + i, DeliveryStatus.EXCEPTION, NOW));
        }
        hub.drain();
        assertThat(requests(SMS)).isEqualTo(2);
        hub.clock.advance(Duration.ofSeconds(1));
        hub.drain();
        assertThat(requests(SMS)).isEqualTo(3);
        hub.clock.advance(Duration.ofSeconds(5));
        hub.drain();
        assertThat(requests(SMS)).isEqualTo(5);
    }

    @Test
    void gives_up_what_could_not_be_sent_in_time() {
        hub.apply(delivery("90000001", DeliveryStatus.EXCEPTION, NOW));
        hub.clock.advance(Duration.ofHours(13));
        hub.drain();

        assertThat(requests(SMS)).isZero();
        assertThat(hub.only().state()).isEqualTo(Status.FAILED);
        assertThat(hub.only().errorCode()).isEqualTo("EXPIRED");
    }

    // --- alive --------------------------------------------------------------------------------------------------

    @Test
    void sends_by_itself_and_says_how_it_is() {
        hub.close();
        hub = hub(Map.of("wasl.notify.enabled", "true"));
        hub.get(NotificationDispatcher.class).start();
        hub.apply(delivery("90000001", DeliveryStatus.DELIVERED, Instant.from(NOW)));

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(hub.only().state()).isEqualTo(Status.ACCEPTED);
            assertThat(hub.published()).hasSize(3);
        });
        assertThat(hub.get(NotifyHealthIndicator.class).health().getStatus().getCode())
                .isEqualTo("UP");
        assertThat(hub.get(io.micrometer.core.instrument.MeterRegistry.class)
                        .counter("wasl.notification", "channel", "whatsapp", "status", "accepted")
                        .count())
                .isEqualTo(1);

        hub.get(NotificationDispatcher.class).stop();
        assertThat(hub.get(NotifyHealthIndicator.class).health().getStatus().getCode())
                .isEqualTo("DOWN");
    }

    private void receive(Channel channel, String providerMessageId, int attemptNo, Status status, String code) {
        hub.apply(hub.receipt(channel, providerMessageId, hub.only().id(), attemptNo, status, code));
    }

    /** Twilio never repeats an id; a fixed stub would. */
    private static void answerWithNewIds() {
        PROVIDER.stubFor(post(SMS)
                .willReturn(okJson("{\"sid\":\"SM{{randomValue length=20 type='ALPHANUMERIC'}}\"}")
                        .withStatus(201)
                        .withTransformers("response-template")));
    }

    private static int requests(String url) {
        return PROVIDER.countRequestsMatching(postRequestedFor(urlEqualTo(url)).build())
                .getCount();
    }

    private static Map<String, String> form() {
        String body = PROVIDER.findAll(postRequestedFor(urlEqualTo(SMS))).get(0).getBodyAsString();
        return Arrays.stream(body.split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }
}
