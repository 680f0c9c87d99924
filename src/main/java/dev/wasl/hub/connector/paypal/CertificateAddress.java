package dev.wasl.hub.connector.paypal;

import dev.wasl.hub.connector.paypal.PayPalSettings.Environment;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a signing certificate may come from. The address stands in the request that it is to prove, so everything about it
 * is checked before anything is fetched: PayPal's own libraries fetch from anywhere.
 *
 * @param url the address
 * @param configured whether it is below the operator's own base-url, and not one of PayPal's servers
 */
record CertificateAddress(URI url, boolean configured) {

    private static final Set<String> LIVE = Set.of("api.paypal.com", "api-m.paypal.com");
    private static final Set<String> SANDBOX = Set.of("api.sandbox.paypal.com", "api-m.sandbox.paypal.com");

    static final String PATH = "/v1/notifications/certs/";

    /** One plain segment, so that nothing about it can be normalised away. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,199}");

    /** The address if it is one of PayPal's, or below the operator's own base-url; null otherwise. */
    static @Nullable CertificateAddress of(String text, PayPalSettings settings) {
        String own = settings.baseUrl() + PATH;
        if (settings.hasOwnAddress() && text.startsWith(own) && isName(text.substring(own.length()))) {
            return new CertificateAddress(URI.create(text), true);
        }
        if (!text.startsWith("https://")) {
            return null;
        }
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
        boolean plain = url.getRawUserInfo() == null
                && url.getPort() == -1
                && url.getRawQuery() == null
                && url.getRawFragment() == null
                && url.getHost() != null
                && isHostOf(settings.environment(), url.getHost())
                // what was parsed is all there is
                && text.equals("https://" + url.getHost() + url.getRawPath());
        return plain
                        && url.getRawPath().startsWith(PATH)
                        && isName(url.getRawPath().substring(PATH.length()))
                ? new CertificateAddress(url, false)
                : null;
    }

    /**
     * Nothing that is live comes from the sandbox's hosts. The sandbox may also be served by a live host: which world a
     * certificate signs for is in its name.
     */
    private static boolean isHostOf(Environment environment, String host) {
        return LIVE.contains(host) || (environment == Environment.SANDBOX && SANDBOX.contains(host));
    }

    /** What stands behind the last slash. */
    String name() {
        return url.getRawPath().substring(url.getRawPath().lastIndexOf('/') + 1);
    }

    private static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
