package dev.wasl.hub.fold;

import dev.wasl.hub.canonical.Address;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.DeliveryKind;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The fields of a delivery of which the newest statement holds, with the column that keeps them. */
public enum DeliveryField implements FoldField<Delivery> {
    EXTERNAL_ID("ex", "external_id", Column.TEXT, Delivery::externalId),
    KIND("ki", "kind", Column.KIND, Delivery::kind),
    KIND_RAW("kr", "kind_raw", Column.TEXT, Delivery::kindRaw),
    BUSINESS_REFERENCE("br", "business_reference", Column.TEXT, Delivery::businessReference),
    CONFIRMED("co", "confirmed", Column.BOOLEAN, Delivery::confirmed),
    PROMISED_DATE("pd", "promised_date", Column.DATE, Delivery::promisedDate),
    RECEIVER_NAME("rn", "receiver_name", Column.TEXT, receiver(Party::name)),
    RECEIVER_PHONE("rp", "receiver_phone", Column.TEXT, receiver(Party::phone)),
    RECEIVER_SECOND_PHONE("rs", "receiver_second_phone", Column.TEXT, receiver(Party::secondPhone)),
    RECEIVER_PHONE_RAW("rr", "receiver_phone_raw", Column.TEXT, receiver(Party::phoneRaw)),
    RECEIVER_EMAIL("re", "receiver_email", Column.TEXT, receiver(Party::email)),
    CITY("ci", "city", Column.TEXT, customerAddress(Address::city)),
    CITY_AR("ca", "city_ar", Column.TEXT, customerAddress(Address::cityAr)),
    ZONE("zo", "zone", Column.TEXT, customerAddress(Address::zone)),
    DISTRICT("di", "district", Column.TEXT, customerAddress(Address::district)),
    PICKUP("pa", "pickup_address", Column.ADDRESS, Delivery::pickup),
    DROP_OFF("da", "drop_off_address", Column.ADDRESS, Delivery::dropOff),
    RETURN_TO("ra", "return_address", Column.ADDRESS, Delivery::returnTo),
    COD("cm", "cod_minor", Column.LONG, d -> minor(d.cod())),
    COD_COLLECTED("cc", "cod_collected_minor", Column.LONG, d -> minor(d.codCollected())),
    CURRENCY("cu", "currency", Column.TEXT, DeliveryField::currency),
    FEES("fe", "fees_minor", Column.LONG, d -> minor(d.fees())),
    SETTLEMENT_CYCLE("sc", "settlement_cycle_id", Column.TEXT, settlement(Delivery.Settlement::cycleId)),
    SETTLED_COD("so", "settled_cod_minor", Column.LONG, settlement(s -> minor(s.cod()))),
    SETTLED_FEES("sf", "settled_fees_minor", Column.LONG, settlement(s -> minor(s.fees()))),
    SETTLED_VAT("sv", "settled_vat_minor", Column.LONG, settlement(s -> minor(s.vat()))),
    NET_DEPOSITED("nd", "net_deposited_minor", Column.LONG, settlement(s -> minor(s.netDeposited()))),
    DEPOSITED_AT("dp", "deposited_at", Column.INSTANT, settlement(Delivery.Settlement::depositedAt)),
    CASHOUT_ID("ch", "cashout_id", Column.TEXT, settlement(Delivery.Settlement::cashoutId)),
    CASHOUT_AT("ct", "cashout_at", Column.INSTANT, settlement(Delivery.Settlement::cashoutAt)),
    ITEMS("it", "items", Column.INTEGER, Delivery::items),
    DESCRIPTION("de", "description", Column.TEXT, Delivery::description),
    RETURN_DESCRIPTION("rd", "return_description", Column.TEXT, Delivery::returnDescription),
    NOTES("no", "notes", Column.TEXT, Delivery::notes),
    /** Code, category and reason move together: a reason must not outlive the code that it explained. */
    EXCEPTION("xc", "exception_code", Column.INTEGER, Delivery::problem) {
        @Override
        public void write(Object value, Map<String, Object> row) {
            Delivery.Problem problem = (Delivery.Problem) value;
            Column.put(row, "exception_code", problem.code());
            Column.put(row, "exception_category", problem.category());
            Column.put(row, "exception_reason", problem.reason());
        }

        @Override
        public @Nullable Object read(Map<String, Object> row) {
            return row.get("exception_code") instanceof Number code
                    ? new Delivery.Problem(
                            code.intValue(),
                            Column.text(row, "exception_category"),
                            Column.text(row, "exception_reason"))
                    : null;
        }
    },
    CREATED_AT("ce", "created_at", Column.INSTANT, Delivery::createdAt),
    SCHEDULED_AT("se", "scheduled_at", Column.INSTANT, Delivery::scheduledAt),
    PICKED_UP_AT("pu", "picked_up_at", Column.INSTANT, Delivery::pickedUpAt),
    DELIVERED_AT("dl", "delivered_at", Column.INSTANT, Delivery::deliveredAt),
    RETURNED_AT("rt", "returned_at", Column.INSTANT, Delivery::returnedAt),
    SLA_ORDER_DUE("s1", "sla_order_due", Column.INSTANT, sla(Delivery.Sla::orderDue)),
    SLA_ORDER_EXCEEDED("s2", "sla_order_exceeded", Column.BOOLEAN, sla(Delivery.Sla::orderExceeded)),
    SLA_E2E_DUE("s3", "sla_e2e_due", Column.INSTANT, sla(Delivery.Sla::e2eDue)),
    SLA_E2E_EXCEEDED("s4", "sla_e2e_exceeded", Column.BOOLEAN, sla(Delivery.Sla::e2eExceeded));

    static final Map<String, DeliveryField> BY_KEY =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(DeliveryField::key, field -> field));

    private final Stored<Delivery> stored;

    DeliveryField(String key, String column, Column type, Function<Delivery, @Nullable Object> of) {
        stored = new Stored<>(key, column, type, of);
    }

    @Override
    public Stored<Delivery> stored() {
        return stored;
    }

    private static Function<Delivery, @Nullable Object> receiver(Function<Party, @Nullable Object> part) {
        return delivery -> delivery.receiver() == null ? null : part.apply(delivery.receiver());
    }

    private static Function<Delivery, @Nullable Object> settlement(
            Function<Delivery.Settlement, @Nullable Object> part) {
        return delivery -> delivery.settlement() == null ? null : part.apply(delivery.settlement());
    }

    private static Function<Delivery, @Nullable Object> sla(Function<Delivery.Sla, @Nullable Object> part) {
        return delivery -> delivery.sla() == null ? null : part.apply(delivery.sla());
    }

    /** The customer is where a parcel goes to, except where something is collected from the customer. */
    private static Function<Delivery, @Nullable Object> customerAddress(Function<Address, @Nullable Object> part) {
        return delivery -> {
            boolean collected =
                    delivery.kind() == DeliveryKind.RETURN_PICKUP || delivery.kind() == DeliveryKind.CASH_COLLECTION;
            Address address = collected ? delivery.pickup() : delivery.dropOff();
            return address == null ? null : part.apply(address);
        };
    }

    private static @Nullable Long minor(@Nullable Money money) {
        return money == null ? null : money.amountMinor();
    }

    /** One courier account has one currency, so that one column serves every amount. */
    private static @Nullable String currency(Delivery delivery) {
        Delivery.Settlement settlement = delivery.settlement();
        Money money = delivery.cod();
        money = money == null ? delivery.codCollected() : money;
        money = money == null ? delivery.fees() : money;
        money = money == null && settlement != null ? settlement.cod() : money;
        money = money == null && settlement != null ? settlement.netDeposited() : money;
        return money == null ? null : money.currency();
    }
}
