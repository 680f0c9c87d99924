package dev.wasl.hub.sandbox;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Makes deliveries and customers out of the seed and a number, always the same for the same seed. */
final class Parcels {

    /** Deliveries that one seed can number. */
    static final int LIMIT = 1_000_000;

    /** Customers that one seed can number; their phones stay in one barely used range of numbers. */
    private static final int CUSTOMER_LIMIT = 900_000;

    private static final long FIRST_PHONE = 1_000_000_000L;

    private final long seed;
    private final int customers;
    private final long firstTrackingNumber;

    Parcels(long seed, int deliveries) {
        this.seed = seed;
        this.customers = Math.min(CUSTOMER_LIMIT, Math.max(60, deliveries * 6 / 10));
        this.firstTrackingNumber = 100_000_000L + Dice.at(seed, 77).below(800) * (long) LIMIT;
    }

    Parcel parcel(int index) {
        Dice dice = Dice.at(seed, index, 0);
        Kind kind = kind(index, dice.below(1000));
        boolean international = kind == Kind.SEND && dice.percent(2);
        boolean fulfilment = kind == Kind.SEND && !international && dice.percent(1.5);
        int customer = customerOf(index);
        Atlas.Product product = dice.pick(Atlas.PRODUCTS);
        int items = dice.percent(85) ? 1 : 2 + dice.below(2);
        long price = (long) product.price() * items;
        long cod =
                switch (kind) {
                    case SEND -> dice.percent(12) ? 0 : price;
                    case EXCHANGE -> dice.percent(60) ? 0 : dice.between(5, 40) * 10;
                    case CUSTOMER_RETURN_PICKUP -> dice.percent(60) ? 0 : -price;
                    case CASH_COLLECTION -> dice.between(20, 400) * 10;
                    case SIGN_AND_RETURN, RTO -> 0;
                };
        int fees = 45 + 9 * dice.below(6);
        return new Parcel(
                seed,
                index,
                Long.toString(firstTrackingNumber + index),
                kind,
                customer,
                product,
                items,
                cod,
                fees,
                international,
                fulfilment,
                index % 1000 == 37,
                dice.percent(0.5));
    }

    /** The customer of a delivery, without making the rest of it. */
    int customerOf(int index) {
        return Dice.at(seed, index, 4).below(customers);
    }

    Customer customer(int number) {
        Dice dice = Dice.at(seed, number, 5_000);
        Atlas.Person first = dice.pick(Atlas.FIRST_NAMES);
        Atlas.Person family = dice.pick(Atlas.FAMILY_NAMES);
        boolean unnamed = dice.percent(25);
        Atlas.District district = dice.pick(Atlas.DISTRICTS);
        String street = dice.pick(Atlas.STREETS);
        return new Customer(
                number,
                first.arabic(),
                unnamed ? "-" : family.arabic(),
                first.latin() + " " + family.latin(),
                "+20" + (FIRST_PHONE + number),
                secondPhone(number),
                district,
                street,
                dice.percent(15) ? "برج النور، الدور الأرضي" : null,
                1 + dice.below(90),
                dice.below(12),
                1 + dice.below(40));
    }

    /** One in eight has a second phone, a third of those the first phone of somebody else. */
    private @Nullable String secondPhone(int number) {
        Dice dice = Dice.at(seed, number, 5_001);
        if (!dice.percent(12.5)) {
            return null;
        }
        int other = dice.percent(33) ? dice.below(customers) : CUSTOMER_LIMIT + dice.below(99_999);
        return other == number ? null : "0" + (FIRST_PHONE + other);
    }

    OptionalInt indexOf(String trackingNumber) {
        if (!trackingNumber.matches("[0-9]{1,12}")) {
            return OptionalInt.empty();
        }
        long index = Long.parseLong(trackingNumber) - firstTrackingNumber;
        return index >= 0 && index < LIMIT ? OptionalInt.of((int) index) : OptionalInt.empty();
    }

    /** The customer with this phone, in any usual way of writing it. */
    OptionalInt customerByPhone(String phone) {
        String digits = phone.replaceAll("[^0-9]", "").replaceFirst("^(0020|20|0)", "");
        if (digits.length() != 10) {
            return OptionalInt.empty();
        }
        long number = Long.parseLong(digits) - FIRST_PHONE;
        return number >= 0 && number < customers ? OptionalInt.of((int) number) : OptionalInt.empty();
    }

    /** The two first ones show what is rare otherwise, so that the smallest sandbox has it. */
    private static Kind kind(int index, int throwOf) {
        if (index < 2) {
            return index == 0 ? Kind.EXCHANGE : Kind.CUSTOMER_RETURN_PICKUP;
        }
        if (throwOf < 730) {
            return Kind.SEND;
        }
        if (throwOf < 840) {
            return Kind.EXCHANGE;
        }
        if (throwOf < 940) {
            return Kind.CUSTOMER_RETURN_PICKUP;
        }
        return throwOf < 975 ? Kind.CASH_COLLECTION : Kind.SIGN_AND_RETURN;
    }
}
