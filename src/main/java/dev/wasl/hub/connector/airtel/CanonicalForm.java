package dev.wasl.hub.connector.airtel;

import java.util.function.Function;

/** What the hash of a callback may have been computed over; always without the member {@code hash}. */
enum CanonicalForm {
    /** The body's values written without any white space. */
    COMPACT_ENVELOPE(AirtelBody::compact),
    /** The bytes as they came, the member and its comma cut out. */
    RAW_MINUS_HASH(AirtelBody::withoutHash),
    /** The body's values indented by two spaces, with LF. Airtel's published example is this one. */
    INDENTED2_ENVELOPE(AirtelBody::indented),
    /** The value of {@code transaction} alone, without white space; claimed by some, proved by nobody: never by default. */
    INNER_OBJECT(AirtelBody::inner);

    private final Function<AirtelBody, byte[]> of;

    CanonicalForm(Function<AirtelBody, byte[]> of) {
        this.of = of;
    }

    byte[] of(AirtelBody body) {
        return of.apply(body);
    }
}
