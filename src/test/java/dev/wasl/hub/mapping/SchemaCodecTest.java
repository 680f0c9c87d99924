package dev.wasl.hub.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.Address;
import dev.wasl.hub.canonical.CanonicalData;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalTypes;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.DeliveryKind;
import dev.wasl.hub.canonical.DeliveryStatus;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Interaction;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.NotificationReceipt;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.canonical.Unknown;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaCodecTest {

    private static final Instant AT = Instant.parse("2026-01-11T12:09:41.757Z");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final SchemaCodec codec = new SchemaCodec(new CanonicalSchemas(MappingsForTests.packagedOnly()));

    static Stream<CanonicalEvent> events() {
        return Stream.of(
                event(CanonicalTypes.DELIVERY_SETTLED, delivery()),
                event(CanonicalTypes.DELIVERY_STATUS_CHANGED, smallestDelivery()),
                event(CanonicalTypes.PAYMENT_REFUNDED, payment()),
                event(CanonicalTypes.NOTIFICATION_STATUS_CHANGED, notification()),
                event(CanonicalTypes.NOTIFICATION_RECEIPT, receipt()),
                event(CanonicalTypes.INTERACTION_RECEIVED, interaction()));
    }

    @ParameterizedTest
    @MethodSource("events")
    void an_event_comes_back_as_it_was_written_and_passes_its_schema(CanonicalEvent event) throws IOException {
        byte[] json = codec.write(event);

        assertThat(codec.read(json)).isEqualTo(event);
        assertThat(codec.validate(MAPPER.readTree(json))).isEqualTo(event);
        assertThat(new String(json, StandardCharsets.UTF_8))
                .contains("\"time\":\"2026-01-11T12:09:41.757Z\"")
                .doesNotContain("null");
    }

    @ParameterizedTest
    @MethodSource("events")
    void every_field_of_the_record_stands_in_the_schema_and_no_other(CanonicalEvent event) throws IOException {
        String entity = event.type().split("\\.")[2];
        JsonNode schema = MAPPER.readTree(
                Path.of("mappings", "canonical-" + entity + ".schema.json").toFile());
        JsonNode definition = schema.path("$defs").path(event.type().split("\\.")[3]);
        JsonNode properties = (definition.isMissingNode() ? schema : definition).get("properties");

        Set<String> named = new TreeSet<>();
        properties.fieldNames().forEachRemaining(named::add);
        Set<String> components = new TreeSet<>();
        for (RecordComponent component : event.data().getClass().getRecordComponents()) {
            components.add(component.getName().equals("problem") ? "exception" : component.getName());
        }

        assertThat(named).isEqualTo(components);
    }

    @Test
    void every_type_of_the_hub_has_a_schema() throws IllegalAccessException {
        for (var field : CanonicalTypes.class.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == String.class) {
                CanonicalType type = CanonicalType.parse((String) field.get(null));
                assertThat(type.record()).as(type.name()).isNotNull();
                assertThat(Path.of("mappings", "canonical-" + type.entity() + ".schema.json"))
                        .exists();
            }
        }
    }

    @Test
    void the_enums_of_the_schemas_are_those_of_the_records() throws IOException {
        JsonNode delivery = MAPPER.readTree(
                Path.of("mappings/canonical-delivery.schema.json").toFile());
        JsonNode payment = MAPPER.readTree(
                Path.of("mappings/canonical-payment.schema.json").toFile());
        JsonNode notification = MAPPER.readTree(
                Path.of("mappings/canonical-notification.schema.json").toFile());

        assertThat(values(delivery.at("/$defs/status"))).isEqualTo(names(DeliveryStatus.values()));
        assertThat(values(delivery.at("/properties/kind"))).isEqualTo(names(DeliveryKind.values()));
        assertThat(values(delivery.at("/properties/direction"))).isEqualTo(names(Delivery.Direction.values()));
        assertThat(values(delivery.at("/properties/via"))).isEqualTo(names(Delivery.Via.values()));
        assertThat(values(delivery.at("/$defs/attempt/properties/type")))
                .isEqualTo(names(Delivery.Attempt.Type.values()));
        assertThat(values(delivery.at("/$defs/attempt/properties/outcome")))
                .isEqualTo(names(Delivery.Attempt.Outcome.values()));
        assertThat(values(payment.at("/properties/status"))).isEqualTo(names(PaymentStatus.values()));
        assertThat(values(notification.at("/$defs/status"))).isEqualTo(names(Notification.Status.values()));
        assertThat(values(notification.at("/$defs/channel"))).isEqualTo(names(Notification.Channel.values()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/data/trackingNumber | null | trackingNumber",
                "/data/status | \"LOST_AND_FOUND\" | data/status",
                "/data/receiver/phone | \"0100 000 0001\" | data/receiver/phone",
                "/data/cod/currency | \"egp\" | data/cod/currency",
                "/data/cod/amountMinor | 12.5 | data/cod/amountMinor",
                "/data/observedAt | \"2026-01-11 12:09\" | data/observedAt",
                "/data/observedAt | \"2026-13-11T12:09:41Z\" | observedAt",
                "/data/promisedDate | \"2026-02-30\" | promisedDate",
                "/data/rawStateCode | \"45\" | data/rawStateCode",
                "/data/statuss | \"DELIVERED\" | statuss",
                "/data/dropOff/street | \"x\" | street",
                "/data/timeline/0/done | null | done",
                "/data/attempts/0/type | \"JUMP\" | data/attempts/0/type",
                "/data | [] | data",
                "/type | \"dev.wasl.delivery.settled.v2\" | version 2",
                "/type | \"delivery\" | type",
                "/type | \"dev.wasl.spaceship.landed.v1\" | spaceship",
                "/specversion | \"0.3\" | specversion",
                "/source | \"hvar\" | source",
                "/time | 1 | time",
                "/tenant | null | tenant",
                "/Extension | \"x\" | Extension"
            })
    void a_violation_names_the_place(String pointer, String value, String place) throws IOException {
        ObjectNode event =
                (ObjectNode) MAPPER.readTree(codec.write(event(CanonicalTypes.DELIVERY_SETTLED, delivery())));
        int slash = pointer.lastIndexOf('/');
        ObjectNode parent = (ObjectNode) event.at(pointer.substring(0, slash));
        JsonNode changed = MAPPER.readTree(value);
        if (changed.isNull()) {
            parent.remove(pointer.substring(slash + 1));
        } else {
            parent.set(pointer.substring(slash + 1), changed);
        }

        HubException violation = catchThrowableOfType(HubException.class, () -> codec.validate(event));

        assertThat(violation).as(pointer).isNotNull();
        assertThat(violation.code()).isEqualTo(ErrorCode.SCHEMA_VIOLATION);
        assertThat(violation).hasMessageContaining(place);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-11T12:09:41.757Z, 2026-01-11T12:09:41.757Z",
        "2026-01-11T12:09:41.757123456Z, 2026-01-11T12:09:41.757123456Z",
        "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
        "2026-01-11T24:00:00Z, 2026-01-12T00:00:00Z",
        "2016-12-31T23:59:60Z, 2016-12-31T23:59:59Z"
    })
    void an_instant_that_its_schema_allows_is_read(String text, Instant instant) throws IOException {
        ObjectNode event =
                (ObjectNode) MAPPER.readTree(codec.write(event(CanonicalTypes.DELIVERY_SETTLED, delivery())));
        ((ObjectNode) event.get("data")).put("createdAt", text);

        assertThat(((Delivery) codec.validate(event).data()).createdAt()).isEqualTo(instant);
        assertThat(((Delivery) codec.read(MAPPER.writeValueAsBytes(event)).data()).createdAt())
                .isEqualTo(instant);
    }

    @Test
    void a_violation_never_quotes_the_content() throws IOException {
        ObjectNode event =
                (ObjectNode) MAPPER.readTree(codec.write(event(CanonicalTypes.DELIVERY_SETTLED, delivery())));
        ((ObjectNode) event.at("/data/receiver")).put("phone", "secret-01000000001");

        HubException violation = catchThrowableOfType(HubException.class, () -> codec.validate(event));

        assertThat(violation).hasMessageNotContaining("secret");
    }

    @Test
    void extensions_of_others_are_welcome_and_fields_of_a_newer_hub_are_ignored_on_reading() throws IOException {
        CanonicalEvent event = event(CanonicalTypes.PAYMENT_REFUNDED, payment());
        ObjectNode json = (ObjectNode) MAPPER.readTree(codec.write(event));
        json.put("partitionkey", "x");
        assertThat(codec.validate(json)).isEqualTo(event);

        ((ObjectNode) json.get("data")).put("aFieldOfTomorrow", 1);
        json.putObject("another").put("a", 1);
        assertThat(codec.read(MAPPER.writeValueAsBytes(json))).isEqualTo(event);
    }

    @Test
    void reads_the_data_wherever_it_stands() throws IOException {
        CanonicalEvent event = event(CanonicalTypes.PAYMENT_REFUNDED, payment());
        JsonNode json = MAPPER.readTree(codec.write(event));
        ObjectNode turned = MAPPER.createObjectNode();
        turned.set("data", json.get("data"));
        json.properties().forEach(field -> {
            if (!field.getKey().equals("data")) {
                turned.set(field.getKey(), field.getValue());
            }
        });

        assertThat(codec.read(MAPPER.writeValueAsBytes(turned))).isEqualTo(event);
    }

    @Test
    void a_type_without_a_record_is_read_as_unknown_and_never_written_from_it(@TempDir Path live) throws IOException {
        Files.writeString(live.resolve("canonical-order.schema.json"), """
                {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/order/1",
                 "type": "object", "required": ["number"]}""");
        SchemaCodec extended = new SchemaCodec(new CanonicalSchemas(new MappingSettings(live)));
        ObjectNode json = (ObjectNode) MAPPER.readTree(codec.write(event(CanonicalTypes.PAYMENT_REFUNDED, payment())));
        json.put("type", "dev.wasl.order.created.v1");
        json.putObject("data").put("number", "7").putArray("lines").add(1);

        CanonicalEvent event = extended.read(MAPPER.writeValueAsBytes(json));

        assertThat(event.data()).isEqualTo(new Unknown("dev.wasl.order.created.v1"));
        assertThat(extended.validate(json)).isEqualTo(event);
        assertThat(catchThrowableOfType(HubException.class, () -> extended.write(event)))
                .isNotNull();
        json.putObject("data");
        assertThat(catchThrowableOfType(HubException.class, () -> extended.validate(json))
                        .code())
                .isEqualTo(ErrorCode.SCHEMA_VIOLATION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}",
                "{\"type\":\"dev.wasl.payment.refunded.v1\"}",
                "{\"type\":\"nonsense\",\"data\":{}}",
                "{\"type\":\"dev.wasl.payment.refunded.v1\",\"data\":{\"status\":\"X\"}}",
                "{\"type\":\"dev.wasl.payment.refunded.v1\",\"data\":{},\"time\":\"soon\"}"
            })
    void what_cannot_be_read_is_explained_by_a_code(String json) {
        HubException problem =
                catchThrowableOfType(HubException.class, () -> codec.read(json.getBytes(StandardCharsets.UTF_8)));

        assertThat(problem).isNotNull();
        assertThat(problem.code()).isIn(ErrorCode.MALFORMED_BODY, ErrorCode.SCHEMA_VIOLATION);
    }

    @Property
    void any_bytes_are_an_event_or_malformed(@ForAll byte[] json) {
        assertThat(catchThrowableOfType(HubException.class, () -> codec.read(json))
                        .code())
                .isEqualTo(ErrorCode.MALFORMED_BODY);
    }

    private static Set<String> values(JsonNode schema) {
        Set<String> values = new TreeSet<>();
        schema.get("enum").forEach(value -> values.add(value.asText()));
        return values;
    }

    private static Set<String> names(Enum<?>[] values) {
        return new TreeSet<>(Arrays.stream(values).map(Enum::name).toList());
    }

    private static CanonicalEvent event(String type, CanonicalData data) {
        return new CanonicalEvent(
                "1.0",
                "evt_1",
                "/hvar/x",
                type,
                "subject/1",
                AT,
                "application/json",
                "https://wasl.dev/schema/x/1",
                "hvar",
                "correlation",
                "causation",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                data);
    }

    private static Party party() {
        return new Party("منى", "+201000000001", "+201000000002", "٠١٠", "a@example.com");
    }

    private static Money money(long minor) {
        return new Money(minor, "EGP");
    }

    private static Address address() {
        return new Address(
                "EG", "Cairo", "القاهرة", "Helwan", "حلوان", "d", "د", "l1", "l2", "5", "2", "4", 30.01, 31.2);
    }

    private static Delivery delivery() {
        Delivery.Problem problem = new Delivery.Problem(7, "NOT_REACHED", "no answer");
        return new Delivery(
                "bosta",
                "d1",
                "90000001",
                DeliveryKind.SEND,
                "Send",
                DeliveryStatus.DELIVERED,
                DeliveryStatus.IN_TRANSIT,
                45,
                "Delivered",
                Delivery.Direction.NONE,
                true,
                AT,
                Delivery.Via.DETAIL,
                "ORD-1",
                true,
                LocalDate.parse("2026-01-12"),
                party(),
                address(),
                address(),
                address(),
                money(75000),
                money(-1),
                money(Long.MAX_VALUE),
                new Delivery.Settlement("1", money(1), money(2), money(3), money(-4), AT, "EX1", AT),
                3,
                "d",
                "rd",
                "n",
                2,
                problem,
                List.of(new Delivery.Attempt(
                        "a1",
                        Delivery.Attempt.Type.PICKUP,
                        Delivery.Attempt.Outcome.FAILED,
                        AT,
                        AT,
                        problem,
                        money(5),
                        "star",
                        "hub")),
                List.of(new Delivery.Step(10, "new", DeliveryStatus.CREATED, DeliveryStatus.OTHER, AT, true)),
                AT,
                AT,
                AT,
                AT,
                AT,
                new Delivery.Sla(AT, true, AT, false));
    }

    private static Delivery smallestDelivery() {
        return new Delivery(
                "bosta",
                null,
                "90000001",
                null,
                null,
                DeliveryStatus.OTHER,
                null,
                999,
                null,
                null,
                null,
                AT,
                Delivery.Via.WEBHOOK,
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
    }

    private static Payment payment() {
        return new Payment(
                "stripe",
                "evt_1",
                "charge.refunded",
                "pi_1",
                "cs_1",
                "ORD-1",
                PaymentStatus.PARTIALLY_REFUNDED,
                money(5),
                money(4),
                money(3),
                "re_1",
                money(2),
                money(1),
                AT,
                true,
                "card",
                party(),
                "code",
                "message",
                "SIGNED_BODY");
    }

    private static Notification notification() {
        return new Notification(
                "n1",
                "delivered",
                "delivery/bosta/1#DELIVERED#1",
                Notification.Channel.WHATSAPP,
                "whatsapp",
                "wamid.1",
                1,
                Notification.Status.SENT,
                party(),
                "ar",
                "t",
                "90000001",
                "131047",
                "detail",
                AT);
    }

    private static NotificationReceipt receipt() {
        return new NotificationReceipt(
                Notification.Channel.SMS,
                "twilio",
                "SM1",
                "n1",
                2,
                Notification.Status.FAILED,
                "undelivered",
                "30005",
                "d",
                "+201000000001",
                AT);
    }

    private static Interaction interaction() {
        return new Interaction(Notification.Channel.SMS, "twilio", "SM1", party(), "مرحبا", "SM0", AT);
    }
}
