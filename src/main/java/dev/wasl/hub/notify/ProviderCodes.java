package dev.wasl.hub.notify;

import static dev.wasl.hub.notify.Refusal.CONFIG;
import static dev.wasl.hub.notify.Refusal.CONTENT;
import static dev.wasl.hub.notify.Refusal.OPT_OUT;
import static dev.wasl.hub.notify.Refusal.RECIPIENT;
import static dev.wasl.hub.notify.Refusal.TEMPLATE;
import static dev.wasl.hub.notify.Refusal.THROTTLED;
import static dev.wasl.hub.notify.Refusal.TRANSIENT;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the providers' error codes mean. Twilio: twilio.com/docs/api/errors; Meta: WhatsApp Cloud API error codes, read
 * from {@code code}, never from title, subcode or HTTP status.
 */
final class ProviderCodes {

    private static final Map<Integer, Refusal> TWILIO = new HashMap<>();
    private static final Map<Integer, Refusal> META = new HashMap<>();

    static {
        put(TWILIO, THROTTLED, 20429, 21611, 30001, 30022, 30023, 63017, 63018, 63038);
        put(TWILIO, TRANSIENT, 30003, 30008, 30017, 30410, 63009, 63010, 63012);
        put(TWILIO, RECIPIENT, 21211, 21612, 21614, 30004, 30005, 30006, 63003, 63024, 63032, 63033);
        put(TWILIO, OPT_OUT, 21610);
        // 14107 is Twilio's guard against reply loops: repeating is what it guards against
        put(TWILIO, CONTENT, 14107, 21602, 21617, 21620, 21656, 30007, 30019, 63005, 63013, 63016, 63019, 63021);
        put(TWILIO, TEMPLATE, 63027, 63028, 63040, 63041, 63042);
        put(TWILIO, CONFIG, 20003, 20005, 21212, 21408, 21603, 21606, 21608, 21654, 21655, 21703, 21704, 21705, 21709);
        put(TWILIO, CONFIG, 21910, 30002, 30018, 30024, 30032, 30034, 30035, 30450, 63001, 63002, 63007, 63020, 63022);
        put(TWILIO, CONFIG, 63051);

        put(META, THROTTLED, 4, 80007, 130429, 131048, 131056, 131064, 133016);
        put(META, TRANSIENT, 2, 131000, 131016, 131057, 135000);
        put(META, RECIPIENT, 130472, 131021, 131026, 131030, 131049, 131062);
        put(META, OPT_OUT, 131050);
        put(META, CONTENT, 33, 100, 131008, 131009, 131047, 131051, 131052, 131053);
        put(META, TEMPLATE, 132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068, 132069);
        put(META, CONFIG, 0, 3, 10, 190, 368, 130497, 131005, 131031, 131037, 131042, 131045, 131063);
        for (int code = 200; code < 300; code++) {
            META.put(code, CONFIG);
        }
    }

    private ProviderCodes() {}

    /** The meaning of a code; empty for one that nobody has described. */
    static Optional<Refusal> meaning(String provider, @Nullable String code) {
        if (code == null || !code.matches("\\d{1,9}")) {
            return Optional.empty();
        }
        Map<Integer, Refusal> codes = "whatsapp".equals(provider) ? META : TWILIO;
        return Optional.ofNullable(codes.get(Integer.valueOf(code)));
    }

    private static void put(Map<Integer, Refusal> codes, Refusal refusal, int... numbers) {
        for (int number : numbers) {
            codes.put(number, refusal);
        }
    }
}
