package dev.wasl.hub.sandbox;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes the story of a delivery, from creation to settlement, along the transitions that Bosta's logs show. The hours
 * are those of a normal week; the storyteller may play the steps sooner.
 */
final class Script {

    /** A state that no document of Bosta lists. */
    static final int UNDOCUMENTED_STATE = 106;

    private static final long HOUR = 3_600_000L;
    private static final List<Integer> DELIVERY_EXCEPTIONS =
            List.of(7, 7, 7, 7, 3, 3, 3, 1, 1, 2, 4, 5, 8, 8, 8, 12, 13, 14, 100);
    private static final List<Integer> RETURN_EXCEPTIONS = List.of(21, 23, 23, 24, 25, 26);

    private final Parcel parcel;
    private final Dice dice;
    private final List<Step> steps = new ArrayList<>(16);
    private long at;
    private int code;

    private Script(Parcel parcel) {
        this.parcel = parcel;
        this.dice = parcel.dice(10);
    }

    /** Every step of a delivery in order; the first is its creation at 0. */
    static List<Step> of(Parcel parcel) {
        Script script = new Script(parcel);
        if (parcel.international()) {
            script.international();
        } else {
            switch (parcel.kind()) {
                case SEND, RTO -> script.send();
                case CASH_COLLECTION -> script.cash();
                case CUSTOMER_RETURN_PICKUP -> script.customerReturn();
                case EXCHANGE -> script.exchange();
                case SIGN_AND_RETURN -> script.signature();
            }
        }
        return script.steps;
    }

    private void send() {
        begin(10);
        if (dice.percent(2.5)) {
            then(Act.CANCELLED, 49, 1, 20);
            return;
        }
        if (parcel.fulfilment()) {
            then(Act.PACKED, 25, 1, 8);
        }
        toHub();
        if (dice.percent(1.5)) {
            then(Act.TERMINATED, 48, 2, 30);
            return;
        }
        transit();
        if (dice.percent(1.2)) {
            trouble();
            return;
        }
        for (int attempt = 1; attempt <= 3; attempt++) {
            then(Act.OUT, 41, 3, 16);
            if (dice.percent(72)) {
                then(Act.DELIVERED, 45, 1, 7);
                settle();
                return;
            }
            int exception = dice.pick(DELIVERY_EXCEPTIONS);
            fail(exception);
            if (exception == 8) {
                break;
            }
            if (attempt < 3) {
                then(Act.AT_HUB, 24, 1, 6);
            }
        }
        then(Act.TURNED_BACK, 24, 1, 8);
        homeward();
    }

    private void exchange() {
        begin(10);
        toHub();
        transit();
        for (int attempt = 1; attempt <= 2; attempt++) {
            then(Act.OUT, 22, 3, 16);
            if (dice.percent(75)) {
                break;
            }
            fail(dice.pick(DELIVERY_EXCEPTIONS));
            then(Act.AT_HUB, 24, 1, 6);
            if (attempt == 2) {
                then(Act.OUT, 22, 12, 24);
            }
        }
        then(Act.PICKED_FROM_CUSTOMER, 23, 1, 5);
        then(Act.AT_HUB, 24, 2, 10);
        homeward();
    }

    private void customerReturn() {
        begin(10);
        for (int attempt = 1; attempt <= 3; attempt++) {
            then(Act.ASSIGNED, 20, 4, 20);
            then(Act.OUT_FOR_PICKUP, 22, 1, 6);
            if (dice.percent(70)) {
                break;
            }
            if (attempt == 3) {
                fail(dice.pick(DELIVERY_EXCEPTIONS));
                then(Act.AWAITING_ACTION, 103, 1, 6);
                then(Act.CANCELLED, 49, 24, 90);
                return;
            }
            if (dice.percent(70)) {
                fail(dice.pick(DELIVERY_EXCEPTIONS));
            }
            then(Act.RESCHEDULED, 10, 1, 4);
        }
        then(Act.PICKED_FROM_CUSTOMER, 23, 1, 5);
        then(Act.AT_HUB, 24, 2, 10);
        homeward();
    }

    private void cash() {
        begin(11);
        then(Act.ASSIGNED, 20, 4, 20);
        then(Act.OUT_FOR_COLLECTION, 40, 1, 6);
        if (dice.percent(30)) {
            fail(dice.pick(DELIVERY_EXCEPTIONS));
            then(Act.OUT_FOR_COLLECTION, 40, 14, 26);
        }
        then(Act.DELIVERED, 45, 1, 6);
        settle();
    }

    private void signature() {
        begin(10);
        toHub();
        transit();
        then(Act.OUT, 22, 3, 16);
        then(Act.PICKED_FROM_CUSTOMER, 23, 1, 5);
        then(Act.AT_HUB, 24, 2, 10);
        then(Act.OUT_FOR_RETURN, 41, 4, 20);
        then(Act.RETURNED, 46, 1, 6);
        settle();
    }

    /** The other table: 45 is the customs clearance, 60 the delivery. */
    private void international() {
        begin(10);
        then(Act.ASSIGNED, 20, 4, 20);
        then(Act.COLLECTED, 21, 1, 8);
        then(Act.PACKED, 26, 6, 30);
        then(Act.TRANSIT, 30, 12, 48);
        then(Act.CUSTOMS, 45, 24, 90);
        then(Act.TRANSIT, 30, 6, 24);
        then(Act.OUT, 41, 6, 24);
        if (dice.percent(20)) {
            fail(dice.pick(DELIVERY_EXCEPTIONS));
            then(Act.OUT, 41, 16, 26);
        }
        then(Act.DELIVERED, 60, 1, 7);
        settle();
    }

    private void toHub() {
        if (dice.percent(20)) {
            then(Act.ASSIGNED, 20, 1, 8);
        }
        if (dice.percent(35)) {
            then(Act.COLLECTED, 21, 2, 12);
        }
        then(Act.AT_HUB, 24, 3, 18);
        if (parcel.odd()) {
            then(Act.UNKNOWN, UNDOCUMENTED_STATE, 2, 12);
            then(Act.AT_HUB, 24, 2, 6);
        }
    }

    private void transit() {
        if (dice.percent(80)) {
            then(Act.TRANSIT, 30, 2, 10);
            then(Act.AT_HUB, 24, 4, 14);
        }
        if (dice.percent(2)) {
            then(Act.HELD, 105, 1, 8);
            then(Act.AT_HUB, 24, 12, 40);
        }
    }

    private void trouble() {
        then(Act.INVESTIGATED, 102, 4, 24);
        if (dice.percent(60)) {
            then(Act.LOST, 100, 24, 90);
        } else {
            then(Act.DAMAGED, 101, 24, 90);
        }
    }

    /** Back to the merchant: an RTO, or the goods of a return or an exchange. */
    private void homeward() {
        if (dice.percent(70)) {
            then(Act.TRANSIT, 30, 4, 12);
            then(Act.AT_HUB, 24, 4, 14);
        }
        then(Act.OUT_FOR_RETURN, 41, 6, 24);
        if (dice.percent(12)) {
            fail(dice.pick(RETURN_EXCEPTIONS));
            then(Act.AT_HUB, 24, 2, 6);
            if (dice.percent(15)) {
                then(Act.AWAITING_ACTION, 103, 12, 24);
                then(Act.ARCHIVED, 104, 40, 90);
                return;
            }
            if (dice.percent(50)) {
                then(Act.OUT_FOR_RETURN, 41, 12, 24);
            }
        }
        then(Act.RETURNED, 46, 1, 8);
        settle();
    }

    private void settle() {
        then(Act.SETTLED, code, 20, 72);
    }

    private void begin(int state) {
        code = state;
        steps.add(new Step(Act.CREATED, state, 0, 0));
    }

    private void fail(int exception) {
        then(Act.FAILED, 47, 1, 7, exception);
    }

    private void then(Act act, int state, int hoursLeast, int hoursMost) {
        then(act, state, hoursLeast, hoursMost, 0);
    }

    private void then(Act act, int state, int hoursLeast, int hoursMost, int exception) {
        at += dice.between(hoursLeast * HOUR, hoursMost * HOUR);
        code = state;
        steps.add(new Step(act, state, at, exception));
    }
}
