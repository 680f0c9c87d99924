package dev.wasl.hub.sandbox;

/** What a hub must trust to believe the played PayPal. */
public final class PlayedCertificate {

    private PlayedCertificate() {}

    /** The authority's certificate. */
    public static String authorityPem() {
        return DemoCertificate.get().authorityPem();
    }
}
