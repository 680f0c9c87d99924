package dev.wasl.hub.sandbox;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * A delivery as it stands: its story and the instants (epoch milliseconds) of the steps that happened.
 *
 * @param times one instant per step that happened, at least one; never changed
 */
record Snapshot(Parcel parcel, List<Step> steps, long[] times) {

    /**
     * A visit to somebody.
     *
     * @param type {@code delivery}, {@code pickup} or {@code return}
     * @param state 1 open, 2 failed, 3 succeeded
     */
    record Attempt(String type, int state, long opened, long closed, int exception) {}

    int done() {
        return times.length;
    }

    Step last() {
        return steps.get(done() - 1);
    }

    int code() {
        return last().code();
    }

    long createdAt() {
        return times[0];
    }

    long updatedAt() {
        return times[times.length - 1];
    }

    boolean ended() {
        return done() == steps.size();
    }

    boolean happened(Act act) {
        return timeOf(Set.of(act)) >= 0;
    }

    /** The latest instant at which one of these happened, -1 when none did. */
    long timeOf(Set<Act> acts) {
        for (int i = done() - 1; i >= 0; i--) {
            if (acts.contains(steps.get(i).act())) {
                return times[i];
            }
        }
        return -1;
    }

    /** The type now: a delivery that failed for good becomes a return under the same tracking number. */
    Kind kind() {
        for (int i = 0; i < done(); i++) {
            if (steps.get(i).act() == Act.TURNED_BACK) {
                return Kind.RTO;
            }
        }
        return parcel.kind();
    }

    /** The state code before the present one, the present one when there was none. */
    int codeBefore() {
        int now = code();
        for (int i = done() - 1; i >= 0; i--) {
            if (steps.get(i).code() != now) {
                return steps.get(i).code();
            }
        }
        return now;
    }

    /** Every visit so far, newest first. */
    List<Attempt> attempts() {
        List<Attempt> attempts = new ArrayList<>(4);
        String type = null;
        long opened = 0;
        for (int i = 0; i < done(); i++) {
            Act act = steps.get(i).act();
            if (act.underWay()) {
                type = visit(act);
                opened = times[i];
            } else if (act == Act.FAILED && type != null) {
                attempts.add(new Attempt(type, 2, opened, times[i], steps.get(i).exception()));
                type = null;
            } else if (act.succeeds()) {
                attempts.add(
                        new Attempt(type == null ? "return" : type, 3, type == null ? times[i] : opened, times[i], 0));
                type = null;
            } else if (act == Act.RESCHEDULED && type != null) {
                attempts.add(new Attempt(type, 2, opened, times[i], 3));
                type = null;
            }
        }
        if (type != null) {
            attempts.add(new Attempt(type, 1, opened, 0, 0));
        }
        Collections.reverse(attempts);
        return attempts;
    }

    /** How many visits to the customer began. */
    int visits() {
        int visits = 0;
        for (int i = 0; i < done(); i++) {
            Act act = steps.get(i).act();
            if (act.underWay() && act != Act.OUT_FOR_RETURN) {
                visits++;
            }
        }
        return visits;
    }

    private static String visit(Act act) {
        return switch (act) {
            case OUT_FOR_PICKUP, OUT_FOR_COLLECTION -> "pickup";
            case OUT_FOR_RETURN -> "return";
            default -> "delivery";
        };
    }
}
