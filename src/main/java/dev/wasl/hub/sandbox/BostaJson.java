package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A delivery in Bosta's three shapes: the detail, the shorter row of a search, and the flat webhook. They disagree in
 * texts, date formats and counters as the real ones do; optional keys are absent, not null.
 */
final class BostaJson {

    private static final ZoneId CAIRO = ZoneId.of("Africa/Cairo");
    private static final DateTimeFormatter PROMISE = DateTimeFormatter.ofPattern("dd-MM-yyyy", Locale.ROOT);
    private static final BigDecimal TAX = new BigDecimal("0.14");
    private static final String MERCHANT_PHONE = "+201000000009";
    private static final Set<Act> DEPARTURES =
            EnumSet.of(Act.OUT, Act.OUT_FOR_PICKUP, Act.OUT_FOR_COLLECTION, Act.OUT_FOR_RETURN);
    private static final Set<Act> HUB_SCANS = EnumSet.of(Act.AT_HUB, Act.TURNED_BACK);

    private static final Map<Integer, String> DETAIL_STATES = Map.ofEntries(
            Map.entry(10, "Pickup requested"),
            Map.entry(11, "Waiting for route"),
            Map.entry(20, "Route Assigned"),
            Map.entry(21, "Picked up from business"),
            Map.entry(22, "Picking up from consignee"),
            Map.entry(23, "Picked up from consignee"),
            Map.entry(24, "Received at warehouse"),
            Map.entry(25, "Fulfilled"),
            Map.entry(30, "In transit between Hubs"),
            Map.entry(40, "Picking up"),
            Map.entry(41, "Picked up"),
            Map.entry(45, "Delivered"),
            Map.entry(46, "Returned to business"),
            Map.entry(47, "Exception"),
            Map.entry(48, "Terminated"),
            Map.entry(49, "Canceled"),
            Map.entry(100, "Lost"),
            Map.entry(101, "Damaged"),
            Map.entry(102, "Investigation"),
            Map.entry(103, "Awaiting your action"),
            Map.entry(104, "Archived"),
            Map.entry(105, "On hold"),
            Map.entry(Script.UNDOCUMENTED_STATE, "Regional Screening"));

    private static final Map<Integer, String> SEARCH_STATES = Map.of(
            10, "Created",
            24, "Processing",
            30, "In transit",
            41, "Out for delivery",
            46, "Returned");

    private static final Map<Integer, String> INTERNATIONAL_STATES = Map.of(
            10, "Created",
            20, "Route Assigned",
            21, "Picked up",
            26, "Ready to Transfer",
            30, "In transit",
            41, "Out for delivery",
            45, "Cleared from Customs",
            47, "Exception",
            48, "Terminated",
            60, "Delivered");

    private static final Map<Integer, String> EXCEPTIONS = Map.ofEntries(
            Map.entry(1, "Customer is not at the delivery address"),
            Map.entry(2, "Customer changed the delivery address"),
            Map.entry(3, "Customer requested postponement"),
            Map.entry(4, "Customer wants to open the package"),
            Map.entry(5, "Address or phone is unclear"),
            Map.entry(6, "Cancelled by sender"),
            Map.entry(7, "Customer not answering"),
            Map.entry(8, "Customer refused to receive"),
            Map.entry(12, "Out of coverage"),
            Map.entry(13, "Address unclear"),
            Map.entry(14, "Wrong phone number"),
            Map.entry(20, "Business changed address"),
            Map.entry(21, "Business postponed"),
            Map.entry(22, "Business address or phone is unclear"),
            Map.entry(23, "Business not answering"),
            Map.entry(24, "Business refused to receive"),
            Map.entry(25, "Business is not at the address"),
            Map.entry(26, "Order is damaged"),
            Map.entry(100, "Bad weather"),
            Map.entry(101, "Suspicious consignee"));

    private final Parcels parcels;

    BostaJson(Parcels parcels) {
        this.parcels = parcels;
    }

    /** The text of an exception code. */
    static String reason(int exception) {
        return EXCEPTIONS.getOrDefault(exception, "Other");
    }

    /** The flat webhook about the latest step. */
    byte[] webhook(Snapshot delivery) {
        Parcel parcel = delivery.parcel();
        Step step = delivery.last();
        Dice dice = Dice.at(parcel.seed(), parcel.index(), 20, delivery.done());
        return Json.write(512, json -> {
            json.writeStartObject();
            json.writeStringField("_id", parcel.id());
            json.writeNumberField("trackingNumber", Long.parseLong(parcel.trackingNumber()));
            if (dice.percent(3)) {
                json.writeStringField("state", Integer.toString(step.code()));
            } else {
                json.writeNumberField("state", step.code());
            }
            json.writeStringField("type", parcel.typeName(delivery.kind()));
            if (parcel.international()) {
                // the one shape of the three that has this key
                json.writeStringField("orderLocation", orderLocation(delivery));
            }
            if (step.act() == Act.DELIVERED && step.code() == 45) {
                if (dice.percent(20)) {
                    json.writeStringField("cod", Long.toString(parcel.cod()));
                } else {
                    json.writeNumberField("cod", parcel.cod());
                }
            }
            json.writeNumberField("timeStamp", delivery.updatedAt());
            json.writeBooleanField("isConfirmedDelivery", step.act() == Act.DELIVERED);
            json.writeStringField("deliveryPromiseDate", PROMISE.format(promise(delivery)));
            if (step.exception() != 0) {
                json.writeStringField("exceptionReason", reason(step.exception()));
                json.writeNumberField("exceptionCode", step.exception());
            }
            optional(json, "businessReference", parcel.reference());
            json.writeNumberField("numberOfAttempts", delivery.visits());
            json.writeEndObject();
        });
    }

    /** A row of a search: a part of the detail, in other words. */
    void row(JsonGenerator json, Snapshot delivery) throws IOException {
        Parcel parcel = delivery.parcel();
        Customer customer = parcels.customer(parcel.customer());
        json.writeStartObject();
        json.writeStringField("_id", parcel.id());
        json.writeStringField("trackingNumber", parcel.trackingNumber());
        optional(json, "businessReference", parcel.reference());
        type(json, delivery);
        json.writeObjectFieldStart("state");
        json.writeNumberField("code", delivery.code());
        json.writeStringField("value", searchText(delivery));
        if (delivery.last().exception() != 0) {
            json.writeArrayFieldStart("exception");
            json.writeStartObject();
            json.writeNumberField("code", delivery.last().exception());
            json.writeStringField("reason", reason(delivery.last().exception()));
            json.writeStringField("time", Json.iso(delivery.updatedAt()));
            json.writeEndObject();
            json.writeEndArray();
        }
        if (delivery.code() == 103) {
            json.writeBooleanField("waitingForBusinessAction", true);
        }
        json.writeEndObject();
        receiver(json, parcel, customer);
        address(json, "dropOffAddress", parcel, customer, !parcel.kind().startsAtCustomer());
        if (parcel.kind().startsAtCustomer()) {
            address(json, "pickupAddress", parcel, customer, true);
        }
        json.writeNumberField("cod", parcel.cod());
        json.writeNumberField("shipmentFees", parcel.fees());
        specs(json, "specs", parcel, parcel.items());
        json.writeNumberField(
                "attemptsCount", delivery.visits() + (parcel.dice(22).percent(12) ? 1 : 0));
        json.writeStringField("scheduledAt", Json.iso(endOfDay(delivery.updatedAt())));
        long collected = delivery.timeOf(EnumSet.of(Act.PICKED_FROM_CUSTOMER));
        if (collected >= 0) {
            json.writeStringField("collectedFromConsignee", Json.iso(collected));
        }
        if (parcel.dice(23).percent(10)) {
            json.writeObjectFieldStart("shopifyInfo");
            json.writeNumberField("orderId", 5_500_000_000_000L + parcel.index());
            json.writeNumberField("orderNumber", 1_000 + parcel.index());
            json.writeStringField("storeName", "hvar-demo");
            json.writeEndObject();
        }
        json.writeObjectFieldStart("pricing");
        json.writeNumberField("shippingFee", parcel.fees());
        json.writeNumberField("priceBeforeVat", parcel.fees());
        json.writeNumberField("priceAfterVat", bostaFees(parcel));
        json.writeNumberField("vat", TAX);
        json.writeStringField("currency", "EGP");
        json.writeEndObject();
        json.writeStringField("creationSrc", parcel.creationSource());
        json.writeStringField("createdAt", Json.iso(delivery.createdAt()));
        json.writeStringField("updatedAt", Json.iso(delivery.updatedAt()));
        if (parcel.dice(24).percent(20)) {
            json.writeNumberField("kpiBucket", parcel.index() % 7);
        }
        json.writeEndObject();
    }

    /** The full delivery. */
    void detail(JsonGenerator json, Snapshot delivery) throws IOException {
        Parcel parcel = delivery.parcel();
        Customer customer = parcels.customer(parcel.customer());
        Atlas.Hub hub = hub(parcel);
        List<Snapshot.Attempt> attempts = delivery.attempts();
        json.writeStartObject();
        json.writeStringField("_id", parcel.id());
        json.writeStringField("trackingNumber", parcel.trackingNumber());
        type(json, delivery);
        state(json, delivery, hub);
        json.writeNumberField("state_before", delivery.codeBefore());
        json.writeStringField("maskedState", maskedState(delivery));
        json.writeNumberField("cod", parcel.cod());
        json.writeNumberField("shipmentFees", parcel.fees());
        if (delivery.happened(Act.DELIVERED) && parcel.cod() > 0) {
            json.writeStringField("paymentMethod", "COD");
        }
        if (parcel.dice(25).percent(45)) {
            json.writeStringField("notes", contents(parcel));
        }
        optional(json, "businessReference", parcel.reference());
        if (parcel.reference() != null && parcel.dice(26).percent(40)) {
            json.writeStringField("uniqueBusinessReference", parcel.reference());
        }
        receiver(json, parcel, customer);
        json.writeObjectFieldStart("sender");
        json.writeStringField("_id", "biz0000000000000000001");
        json.writeStringField("phone", MERCHANT_PHONE);
        json.writeStringField("name", "HVAR");
        json.writeStringField("type", "BUSINESS_ACCOUNT");
        json.writeNullField("subAccountId");
        json.writeEndObject();
        holder(json, delivery, customer);
        if (!attempts.isEmpty()) {
            json.writeFieldName("star");
            star(json, parcel, true);
        }
        boolean fromCustomer = parcel.kind().startsAtCustomer();
        address(json, "pickupAddress", parcel, customer, fromCustomer);
        address(json, "dropOffAddress", parcel, customer, !fromCustomer);
        if (parcel.kind() == Kind.SEND && parcel.creationSource().equals("API")) {
            address(json, "returnAddress", parcel, customer, false);
        }
        if (parcel.kind() != Kind.CASH_COLLECTION) {
            specs(json, "specs", parcel, parcel.items());
        }
        if (parcel.kind() == Kind.CUSTOMER_RETURN_PICKUP || parcel.kind() == Kind.EXCHANGE) {
            specs(json, "returnSpecs", parcel, 1);
        }
        if (parcel.kind() == Kind.EXCHANGE) {
            parcelPair(json, delivery);
        }
        if (parcel.kind() == Kind.CUSTOMER_RETURN_PICKUP) {
            json.writeStringField("pickupRequestId", String.format(Locale.ROOT, "07%010d", parcel.index()));
            json.writeStringField("pickupRequestType", "Customer Return Pickup");
        }
        json.writeBooleanField("allowToOpenPackage", parcel.dice(27).percent(60));
        json.writeBooleanField("isConfirmedDelivery", delivery.happened(Act.DELIVERED));
        json.writeBooleanField("POSDelivery", false);
        json.writeStringField("POSReceiptNo", "");
        json.writeBooleanField("isPudoOrder", false);
        json.writeBooleanField("payWithBostaCredits", false);
        json.writeArrayFieldStart("attempts");
        for (int i = 0; i < attempts.size(); i++) {
            attempt(json, parcel, attempts.get(i), attempts.size() - i, hub);
        }
        json.writeEndArray();
        counters(json, delivery, attempts);
        timeline(json, delivery);
        json.writeObjectFieldStart("sla");
        json.writeObjectFieldStart("orderSla");
        json.writeStringField("orderSlaTimestamp", Json.iso(endOfDay(delivery.createdAt() + 86_400_000L * 2)));
        json.writeBooleanField("isExceededOrderSla", delivery.updatedAt() - delivery.createdAt() > 86_400_000L * 3);
        json.writeEndObject();
        json.writeObjectFieldStart("e2eSla");
        json.writeStringField("e2eSlaTimestamp", Json.iso(endOfDay(delivery.createdAt() + 86_400_000L * 9)));
        json.writeBooleanField("isExceededE2ESla", false);
        json.writeEndObject();
        json.writeEndObject();
        json.writeStringField("scheduledAt", Json.iso(endOfDay(delivery.updatedAt())));
        json.writeStringField("pendingPickup", Json.iso(delivery.createdAt() + 290));
        instant(json, "collectedFromBusiness", collectedFromBusiness(delivery));
        instant(json, "collectedFromConsignee", delivery.timeOf(EnumSet.of(Act.PICKED_FROM_CUSTOMER)));
        if (!attempts.isEmpty()) {
            json.writeStringField("lastCallTime", Json.iso(attempts.get(0).opened() + 1_500_000));
        }
        if (parcel.dice(28).percent(70)) {
            json.writeStringField("latestAWBPrintDate", Json.iso(delivery.createdAt() + 33_000));
        }
        if (delivery.happened(Act.RETURNED) && parcel.dice(29).percent(60)) {
            json.writeArrayFieldStart("starProofOfReturnedPackages");
            json.writeString("https://files.example/proof-" + parcel.index() + ".jpg");
            json.writeEndArray();
        }
        json.writeObjectFieldStart("assignedHub");
        json.writeStringField("_id", hub.id());
        json.writeStringField("name", hub.name());
        json.writeBooleanField("forcedAssignment", false);
        json.writeEndObject();
        json.writeArrayFieldStart("finalDeliveryGeoLocation");
        json.writeEndArray();
        json.writeObjectFieldStart("insurancePlanInfo");
        json.writeStringField("id", "ins000000000001");
        json.writeStringField("name", "Basic");
        json.writeNumberField("rank", 1);
        json.writeNumberField("orderMinimumFees", 0);
        json.writeNumberField("orderValueFeePercentage", 0);
        json.writeBooleanField("isInsuranceNotApplied", true);
        json.writeEndObject();
        wallet(json, delivery);
        log(json, delivery);
        if (parcel.dice(24).percent(20)) {
            json.writeObjectFieldStart("lastMileKpi");
            json.writeNumberField("bucket", parcel.index() % 7);
            json.writeEndObject();
        }
        json.writeStringField("creationSrc", parcel.creationSource());
        json.writeStringField("createdAt", Json.javascriptDate(delivery.createdAt()));
        json.writeStringField("updatedAt", Json.javascriptDate(delivery.updatedAt()));
        json.writeNumberField("creationTimestamp", delivery.createdAt());
        json.writeEndObject();
    }

    private static void type(JsonGenerator json, Snapshot delivery) throws IOException {
        json.writeObjectFieldStart("type");
        json.writeNumberField("code", delivery.kind().code());
        json.writeStringField("value", delivery.kind().text());
        json.writeEndObject();
    }

    private void state(JsonGenerator json, Snapshot delivery, Atlas.Hub hub) throws IOException {
        Parcel parcel = delivery.parcel();
        json.writeObjectFieldStart("state");
        json.writeNumberField("code", delivery.code());
        json.writeStringField("value", detailText(delivery));
        if (parcel.dice(30).percent(50)) {
            if (delivery.code() == 24) {
                json.writeNumberField("childState", 5);
            } else {
                json.writeNullField("childState");
            }
        }
        long departure = delivery.timeOf(DEPARTURES);
        instant(json, "pickedUpTime", departure);
        long delivered = delivery.timeOf(EnumSet.of(Act.DELIVERED, Act.RETURNED));
        if (delivered >= 0) {
            json.writeStringField("deliveryTime", Json.iso(delivered));
            json.writeObjectFieldStart("delivering");
            json.writeStringField("time", Json.iso(delivered));
            json.writeStringField("signature", "no signature");
            json.writeArrayFieldStart("actualAddress");
            json.writeNumber(new BigDecimal("30.0").add(BigDecimal.valueOf(parcel.index() % 1000, 4)));
            json.writeNumber(new BigDecimal("31.2").add(BigDecimal.valueOf(parcel.index() % 900, 4)));
            json.writeEndArray();
            json.writeBooleanField("cached", false);
            json.writeEndObject();
        } else {
            json.writeNullField("deliveryTime");
        }
        long scanned = delivery.timeOf(HUB_SCANS);
        if (scanned >= 0) {
            json.writeObjectFieldStart("receivedAtWarehouse");
            json.writeStringField("time", Json.iso(scanned));
            json.writeNullField("location");
            json.writeObjectFieldStart("warehouse");
            json.writeStringField("_id", hub.id());
            json.writeStringField("name", hub.name());
            json.writeStringField("nameAr", hub.arabic());
            json.writeStringField("type", hub.type());
            json.writeEndObject();
            json.writeEndObject();
        }
        if (delivery.code() == 46) {
            json.writeStringField("returnedToBusiness", Json.iso(delivery.timeOf(EnumSet.of(Act.RETURNED))));
        }
        exceptions(json, delivery);
        json.writeEndObject();
    }

    private static void exceptions(JsonGenerator json, Snapshot delivery) throws IOException {
        int last = 0;
        for (int i = 0; i < delivery.done(); i++) {
            Step step = delivery.steps().get(i);
            if (step.exception() == 0) {
                continue;
            }
            if (last == 0) {
                json.writeArrayFieldStart("exception");
            }
            last = step.exception();
            json.writeStartObject();
            json.writeStringField("time", Json.iso(delivery.times()[i]));
            json.writeNumberField("code", step.exception());
            json.writeStringField("reason", reason(step.exception()));
            json.writeStringField(
                    "attemptType", step.exception() >= 20 && step.exception() < 100 ? "return" : "delivery");
            json.writeStringField("scheduledAt", Json.iso(endOfDay(delivery.times()[i] + 86_400_000L)));
            json.writeNullField("returnGroupId");
            json.writeBooleanField("fakeAttempt", delivery.parcel().dice(31).percent(3));
            json.writeBooleanField("cached", false);
            json.writeEndObject();
        }
        if (last != 0) {
            json.writeEndArray();
            json.writeNumberField("lastExceptionCode", last);
            json.writeBooleanField("waitingForBusinessAction", delivery.code() == 103);
        }
    }

    private static void receiver(JsonGenerator json, Parcel parcel, Customer customer) throws IOException {
        json.writeObjectFieldStart("receiver");
        json.writeStringField("_id", String.format(Locale.ROOT, "rcv%019d", customer.number()));
        json.writeStringField("phone", customer.phone());
        json.writeStringField("firstName", customer.firstName());
        json.writeStringField("lastName", customer.lastName());
        json.writeStringField("fullName", customer.fullName());
        json.writeStringField("secondPhone", customer.secondPhone());
        if (parcel.dice(32).percent(15)) {
            json.writeStringField("email", customer.email());
        }
        json.writeEndObject();
    }

    private static void holder(JsonGenerator json, Snapshot delivery, Customer customer) throws IOException {
        json.writeObjectFieldStart("holder");
        Act act = delivery.last().act();
        if (delivery.code() == 45 || delivery.code() == 60) {
            json.writeStringField("_id", String.format(Locale.ROOT, "rcv%019d", customer.number()));
            json.writeStringField("phone", customer.phone());
            json.writeStringField("name", customer.fullName());
            json.writeStringField("role", "BUSINESS_CUSTOMER");
        } else if (act.underWay()) {
            json.writeStringField("_id", "star" + courier(delivery.parcel()));
            json.writeStringField("phone", "+201000000008");
            json.writeStringField("name", Atlas.COURIERS.get(courier(delivery.parcel())));
            json.writeStringField("role", "STAR");
        } else {
            json.writeStringField("_id", "biz0000000000000000001");
            json.writeStringField("phone", MERCHANT_PHONE);
            json.writeStringField("name", "HVAR");
            json.writeStringField(
                    "role", delivery.done() == 1 || delivery.code() == 46 ? "BUSINESS_ADMIN" : "OPERATOR");
        }
        json.writeEndObject();
    }

    private static void star(JsonGenerator json, Parcel parcel, boolean withPhone) throws IOException {
        json.writeStartObject();
        json.writeStringField("_id", "star" + courier(parcel));
        json.writeStringField("name", Atlas.COURIERS.get(courier(parcel)));
        if (withPhone) {
            json.writeStringField("phone", "+201000000008");
        }
        json.writeEndObject();
    }

    private static void address(JsonGenerator json, String field, Parcel parcel, Customer customer, boolean ofCustomer)
            throws IOException {
        Atlas.District district = ofCustomer ? customer.district() : merchantDistrict();
        json.writeObjectFieldStart(field);
        json.writeObjectFieldStart("country");
        json.writeStringField("_id", "60e4482c7cb7d4bc4849c4d5");
        json.writeStringField("name", "Egypt");
        json.writeStringField("code", "EG");
        json.writeEndObject();
        json.writeObjectFieldStart("city");
        json.writeStringField("_id", district.city().id());
        json.writeStringField("name", district.city().name());
        json.writeStringField("nameAr", district.city().arabic());
        json.writeNumberField("sector", district.city().sector());
        json.writeEndObject();
        json.writeObjectFieldStart("zone");
        json.writeStringField("_id", "zn" + district.id());
        json.writeStringField("name", district.zone());
        json.writeStringField("nameAr", district.zoneArabic());
        json.writeEndObject();
        json.writeObjectFieldStart("district");
        json.writeStringField("_id", district.id());
        json.writeStringField("name", district.name());
        json.writeStringField("nameAr", district.arabic());
        json.writeStringField("fmCode", district.code());
        json.writeEndObject();
        if (ofCustomer) {
            json.writeStringField("firstLine", customer.street());
            optional(json, "secondLine", customer.secondLine());
            if (customer.number() % 3 != 0) {
                json.writeStringField("buildingNumber", Integer.toString(customer.building()));
                json.writeStringField("floor", Integer.toString(customer.floor()));
                json.writeStringField("apartment", Integer.toString(customer.apartment()));
            }
            if (customer.number() % 4 == 0) {
                json.writeArrayFieldStart("geoLocation");
                json.writeNumber(new BigDecimal("31.2").add(BigDecimal.valueOf(parcel.index() % 900, 4)));
                json.writeNumber(new BigDecimal("30.0").add(BigDecimal.valueOf(parcel.index() % 1000, 4)));
                json.writeEndArray();
            }
        } else {
            json.writeStringField("firstLine", "Warehouse street 1");
            json.writeStringField("locationName", "Main warehouse");
            json.writeStringField("businessLocationId", "loc000001");
        }
        json.writeEndObject();
    }

    private static Atlas.District merchantDistrict() {
        return Atlas.DISTRICTS.get(10);
    }

    private static void specs(JsonGenerator json, String field, Parcel parcel, int items) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeStringField("packageType", "Parcel");
        json.writeNumberField("weight", 1 + parcel.index() % 4);
        if (parcel.index() % 5 == 0) {
            json.writeStringField("size", "MEDIUM");
        }
        json.writeObjectFieldStart("packageDetails");
        json.writeNumberField("itemsCount", items);
        if (parcel.index() % 6 != 0) {
            json.writeStringField("description", contents(parcel));
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static String contents(Parcel parcel) {
        return parcel.items() + " * " + parcel.product().text();
    }

    private static void parcelPair(JsonGenerator json, Snapshot delivery) throws IOException {
        Parcel parcel = delivery.parcel();
        json.writeObjectFieldStart("parcels");
        json.writeObjectFieldStart("forward");
        json.writeStringField("trackingNumber", parcel.trackingNumber());
        json.writeStringField("type", "Forward");
        json.writeStringField("state", delivery.happened(Act.PICKED_FROM_CUSTOMER) ? "Delivered" : "Created");
        json.writeStringField("desc", contents(parcel));
        json.writeEndObject();
        json.writeObjectFieldStart("crp");
        json.writeStringField("trackingNumber", parcel.trackingNumber());
        json.writeStringField("type", "CRP");
        json.writeStringField("state", delivery.happened(Act.RETURNED) ? "Returned" : "Created");
        json.writeStringField("desc", "N/A");
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void attempt(JsonGenerator json, Parcel parcel, Snapshot.Attempt attempt, int number, Atlas.Hub hub)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("_id", String.format(Locale.ROOT, "att%d-%d", parcel.index(), number));
        json.writeStringField("deliveryId", parcel.id());
        json.writeStringField("trackingNumber", parcel.trackingNumber());
        json.writeStringField("type", attempt.type());
        json.writeNumberField("state", attempt.state());
        long moment = attempt.closed() > 0 ? attempt.closed() : attempt.opened();
        json.writeStringField("attemptDate", Json.iso(moment));
        if (attempt.state() == 3) {
            json.writeStringField("succeededAt", Json.iso(moment));
        }
        json.writeNumberField("codAmount", attempt.type().equals("return") ? 0 : parcel.cod());
        json.writeStringField("routeId", String.format(Locale.ROOT, "04%010d", parcel.index() * 3L + number));
        json.writeFieldName("star");
        star(json, parcel, false);
        json.writeObjectFieldStart("warehouse");
        json.writeStringField("_id", hub.id());
        json.writeStringField("name", hub.name());
        json.writeEndObject();
        if (attempt.state() == 2) {
            json.writeObjectFieldStart("exception");
            json.writeNumberField("code", attempt.exception());
            json.writeStringField("reason", reason(attempt.exception()));
            json.writeStringField("time", Json.iso(moment));
            json.writeStringField("scheduledAt", Json.iso(endOfDay(moment + 86_400_000L)));
            json.writeEndObject();
        }
        json.writeStringField("createdAt", Json.iso(attempt.opened()));
        json.writeStringField("updatedAt", Json.iso(moment + 2));
        json.writeEndObject();
    }

    /** Four counters of one thing that need not agree: only {@code attempts[]} can be trusted. */
    private static void counters(JsonGenerator json, Snapshot delivery, List<Snapshot.Attempt> attempts)
            throws IOException {
        Dice dice = delivery.parcel().dice(33);
        boolean confused = attempts.size() > 1 && dice.percent(50);
        json.writeNumberField("attemptsCount", attempts.size() + (confused ? 1 : 0));
        json.writeNumberField("numberOfAttempts", delivery.visits() + (confused ? 1 : 0));
        json.writeNumberField("deliveryAttemptsLength", count(attempts, "delivery"));
        json.writeNumberField("pickupAttemptsLength", count(attempts, "pickup"));
        json.writeNumberField("returnAttemptsLength", count(attempts, "return"));
        json.writeNumberField("callsNumber", attempts.size() * 2);
        json.writeNumberField("smsNumber", dice.below(3));
        json.writeNumberField("ticketCount", dice.percent(5) ? 1 : 0);
    }

    private static long count(List<Snapshot.Attempt> attempts, String type) {
        return attempts.stream().filter(attempt -> attempt.type().equals(type)).count();
    }

    private void timeline(JsonGenerator json, Snapshot delivery) throws IOException {
        json.writeArrayFieldStart("timeline");
        long collected = collectedFromBusiness(delivery);
        long transit = delivery.timeOf(EnumSet.of(Act.TRANSIT));
        long out = delivery.timeOf(EnumSet.of(Act.OUT));
        long homeward = delivery.timeOf(EnumSet.of(Act.OUT_FOR_RETURN));
        long taken = delivery.timeOf(EnumSet.of(Act.PICKED_FROM_CUSTOMER));
        long delivered = delivery.timeOf(EnumSet.of(Act.DELIVERED));
        long returned = delivery.timeOf(EnumSet.of(Act.RETURNED));
        String visits = Math.max(1, delivery.visits()) + "/3 attempts";
        switch (delivery.kind()) {
            case SEND -> {
                moment(json, 10, "new", delivery.createdAt(), null);
                moment(json, 21, "picked_up", collected, null);
                moment(json, 30, "in_transit", transit, null);
                moment(json, 41, "out_for_delivery", out, visits);
                moment(json, delivery.parcel().international() ? 60 : 45, "delivered", delivered, null);
            }
            case RTO -> {
                moment(json, 10, "new", delivery.createdAt(), null);
                moment(json, 21, "picked_up", collected, null);
                moment(json, 30, "in_transit", transit, null);
                moment(json, 41, "out_for_delivery", out, visits);
                moment(json, 46, "out_for_return", homeward, null);
                moment(json, 46, "returned", returned, null);
            }
            case CUSTOMER_RETURN_PICKUP -> {
                moment(json, 10, "ready_for_pickup", delivery.createdAt(), null);
                moment(json, 23, "picked_up", taken, null);
                moment(json, 30, "in_transit", transit, null);
                moment(json, 46, "out_for_return", homeward, null);
                moment(json, 46, "returned", returned, null);
            }
            case EXCHANGE -> {
                moment(json, 10, "new", delivery.createdAt(), null);
                moment(json, 21, "picked_up", collected, null);
                moment(json, 30, "in_transit", transit, null);
                moment(json, 41, "out_for_exchange", out, visits);
                moment(json, 46, "out_for_return", homeward, null);
                moment(json, 46, "exchanged_returned", returned, null);
            }
            case CASH_COLLECTION -> {
                moment(json, 11, "ready_for_collection", delivery.createdAt(), null);
                moment(json, 40, "out_for_collection", delivery.timeOf(EnumSet.of(Act.OUT_FOR_COLLECTION)), null);
                moment(json, 45, "collected", delivered, null);
            }
            case SIGN_AND_RETURN -> {
                moment(json, 10, "new", delivery.createdAt(), null);
                moment(json, 21, "pickedup", collected, null);
                moment(json, 30, "transit", transit, null);
                moment(json, 22, "out_for_signature", out, null);
                moment(json, 41, "out_for_return", homeward, null);
                moment(json, 46, "signed_and_returned", returned, null);
            }
        }
        json.writeEndArray();
    }

    private static void moment(JsonGenerator json, int code, String value, long at, @Nullable String description)
            throws IOException {
        json.writeStartObject();
        json.writeNumberField("code", code);
        json.writeStringField("value", value);
        json.writeBooleanField("done", at >= 0);
        instant(json, "date", at);
        if (description != null && at >= 0) {
            json.writeStringField("desc", description);
        }
        json.writeEndObject();
    }

    /** No settlement, no cash cycle; afterwards decimal strings, but for the deposited amount. */
    private static void wallet(JsonGenerator json, Snapshot delivery) throws IOException {
        if (delivery.done() == 1) {
            json.writeNullField("wallet");
            return;
        }
        json.writeObjectFieldStart("wallet");
        long settled = delivery.timeOf(EnumSet.of(Act.SETTLED));
        if (settled < 0) {
            json.writeNullField("cashCycle");
            json.writeObjectFieldStart("cashout");
            json.writeNullField("next_cashout_date");
            json.writeEndObject();
        } else {
            Parcel parcel = delivery.parcel();
            BigDecimal cod = BigDecimal.valueOf(collected(delivery)).setScale(2);
            BigDecimal fees = bostaFees(parcel);
            BigDecimal deposited = cod.subtract(fees);
            json.writeObjectFieldStart("cashCycle");
            json.writeNumberField("_id", 41_000_000 + parcel.index());
            json.writeStringField("cod", cod.toPlainString());
            json.writeStringField(
                    "shipping_fees",
                    BigDecimal.valueOf(parcel.fees() - 5L).setScale(2).toPlainString());
            json.writeStringField("opening_package_fees", "5.00");
            json.writeStringField(
                    "vat", fees.subtract(BigDecimal.valueOf(parcel.fees())).toPlainString());
            json.writeStringField("cod_fees", "0.00");
            json.writeStringField("collection_fees", "0.00");
            json.writeStringField("insurance_fees", "0.00");
            json.writeStringField("bosta_fees", fees.toPlainString());
            json.writeNumberField("deposited_amt", deposited);
            json.writeStringField("deposited_at", Json.iso(settled));
            json.writeStringField("size", parcel.items() > 1 ? "Large" : "Normal");
            json.writeNumberField("bosta_credits_consumed", 0);
            json.writeNullField("promotion_discount_type");
            json.writeEndObject();
            json.writeObjectFieldStart("cashout");
            if (parcel.dice(34).percent(80)) {
                json.writeStringField("amount", deposited.toPlainString());
                json.writeStringField("transaction_date", Json.iso(endOfDay(settled + 86_400_000L * 2)));
                json.writeStringField("transaction_id", String.format(Locale.ROOT, "EX%07d", parcel.index()));
            }
            json.writeEndObject();
        }
        json.writeNullField("compensation");
        json.writeEndObject();
    }

    private static long collected(Snapshot delivery) {
        return delivery.kind() == Kind.RTO ? 0 : delivery.parcel().cod();
    }

    private static void log(JsonGenerator json, Snapshot delivery) throws IOException {
        json.writeArrayFieldStart("log");
        logEntry(json, "CREATE", delivery.createdAt(), "BUSINESS_ADMIN");
        json.writeObjectFieldStart("actionsList");
        json.writeEndObject();
        json.writeEndObject();
        for (int i = 1; i < delivery.done(); i++) {
            int before = delivery.steps().get(i - 1).code();
            int after = delivery.steps().get(i).code();
            if (before == after) {
                continue;
            }
            logEntry(json, "UPDATE", delivery.times()[i], "OPERATOR");
            json.writeObjectFieldStart("actionsList");
            json.writeObjectFieldStart("state_code");
            json.writeNumberField("before", before);
            json.writeNumberField("after", after);
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void logEntry(JsonGenerator json, String action, long at, String role) throws IOException {
        json.writeStartObject();
        json.writeStringField("actionType", action);
        json.writeStringField("actionLevel", "ORDER");
        json.writeStringField("time", Json.iso(at));
        json.writeObjectFieldStart("takenBy");
        json.writeStringField("userId", "usr000001");
        json.writeStringField("userName", "Test Operator");
        json.writeStringField("userRole", role);
        json.writeEndObject();
    }

    private static long collectedFromBusiness(Snapshot delivery) {
        if (delivery.parcel().kind().startsAtCustomer()) {
            return -1;
        }
        for (int i = 1; i < delivery.done(); i++) {
            Act act = delivery.steps().get(i).act();
            if (act == Act.COLLECTED || act == Act.AT_HUB) {
                return delivery.times()[i];
            }
        }
        return -1;
    }

    private static String detailText(Snapshot delivery) {
        Map<Integer, String> texts = delivery.parcel().international() ? INTERNATIONAL_STATES : DETAIL_STATES;
        return texts.getOrDefault(delivery.code(), "Unknown");
    }

    private static String searchText(Snapshot delivery) {
        if (delivery.parcel().international()) {
            return detailText(delivery);
        }
        return SEARCH_STATES.getOrDefault(delivery.code(), detailText(delivery));
    }

    private static String maskedState(Snapshot delivery) {
        boolean backHome = delivery.code() == 46;
        if (backHome) {
            return delivery.kind() == Kind.EXCHANGE ? "Fulfilled" : "Returned";
        }
        if (delivery.happened(Act.DELIVERED)) {
            return "Delivered";
        }
        return delivery.last().act() == Act.OUT ? "Out for delivery" : delivery.done() == 1 ? "Created" : "In progress";
    }

    private static String orderLocation(Snapshot delivery) {
        return delivery.happened(Act.CUSTOMS) ? "Destination" : "Source";
    }

    private static BigDecimal bostaFees(Parcel parcel) {
        BigDecimal fees = BigDecimal.valueOf(parcel.fees());
        return fees.add(fees.multiply(TAX)).setScale(2, RoundingMode.HALF_UP);
    }

    private static Atlas.Hub hub(Parcel parcel) {
        return Atlas.HUBS.get(parcel.index() % Atlas.HUBS.size());
    }

    private static int courier(Parcel parcel) {
        return parcel.index() % Atlas.COURIERS.size();
    }

    private static LocalDate promise(Snapshot delivery) {
        return Instant.ofEpochMilli(delivery.updatedAt())
                .atZone(CAIRO)
                .toLocalDate()
                .plusDays(1);
    }

    /** The last millisecond of the day in Cairo, which Bosta uses for promises. */
    private static long endOfDay(long epochMillis) {
        return Instant.ofEpochMilli(epochMillis)
                        .atZone(CAIRO)
                        .toLocalDate()
                        .plusDays(1)
                        .atStartOfDay(CAIRO)
                        .toInstant()
                        .toEpochMilli()
                - 1;
    }

    private static void instant(JsonGenerator json, String field, long epochMillis) throws IOException {
        if (epochMillis >= 0) {
            json.writeStringField(field, Json.iso(epochMillis));
        }
    }

    private static void optional(JsonGenerator json, String field, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(field, value);
        }
    }
}
