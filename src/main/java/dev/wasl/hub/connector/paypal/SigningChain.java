package dev.wasl.hub.connector.paypal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.CertPath;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What PayPal served as a signing certificate: the certificate itself first, and whatever of its chain came with it. In
 * some years nothing did, so the intermediate that PayPal's own library carries is always at hand.
 */
final class SigningChain {

    private static final int MAX_CERTIFICATES = 8;
    private static final int MIN_KEY_BITS = 2048;
    private static final String BUNDLED = "/certificates/digicert-sha2-extended-validation-server-ca.pem";

    private final X509Certificate signer;
    private final List<X509Certificate> others;

    /** The last anchors that were led back to, and how long that holds: the same for every event of a day. */
    private volatile @Nullable Proved proved;

    private record Proved(Set<TrustAnchor> anchors, Instant from, Instant until) {}

    private SigningChain(List<X509Certificate> certificates) {
        this.signer = certificates.get(0);
        this.others = certificates.subList(1, certificates.size());
    }

    /** Reads PEM; null when it is not one to eight certificates with an RSA key of sufficient length in the first. */
    static @Nullable SigningChain of(byte[] pem) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
                certificates.add((X509Certificate) certificate);
            }
        } catch (CertificateException | RuntimeException e) {
            return null;
        }
        if (certificates.isEmpty() || certificates.size() > MAX_CERTIFICATES) {
            return null;
        }
        SigningChain chain = new SigningChain(certificates);
        return chain.key() instanceof RSAPublicKey key && key.getModulus().bitLength() >= MIN_KEY_BITS ? chain : null;
    }

    /** The JDK's trust store. */
    static Set<TrustAnchor> publicAnchors() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            Set<TrustAnchor> anchors = new HashSet<>();
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager x509) {
                    Arrays.stream(x509.getAcceptedIssuers())
                            .map(issuer -> new TrustAnchor(issuer, null))
                            .forEach(anchors::add);
                }
            }
            return anchors;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no trust store", e);
        }
    }

    /**
     * Anchors from PEM texts.
     *
     * @throws IllegalArgumentException when one is no certificate
     */
    static Set<TrustAnchor> anchors(List<String> pems) {
        Set<TrustAnchor> anchors = new HashSet<>();
        pems.forEach(pem -> certificates(pem.getBytes(StandardCharsets.US_ASCII))
                .forEach(certificate -> anchors.add(new TrustAnchor(certificate, null))));
        return anchors;
    }

    /** The intermediate certificates that the hub holds itself, for chains that come without. */
    static List<X509Certificate> bundledIntermediates() {
        try (InputStream in = SigningChain.class.getResourceAsStream(BUNDLED)) {
            if (in == null) {
                throw new IllegalStateException(BUNDLED + " is missing from this build");
            }
            return certificates(in.readAllBytes());
        } catch (IOException e) {
            throw new IllegalStateException(BUNDLED + " cannot be read", e);
        }
    }

    static List<X509Certificate> certificates(byte[] pem) {
        try {
            List<X509Certificate> certificates = new ArrayList<>();
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem))
                    .forEach(certificate -> certificates.add((X509Certificate) certificate));
            return certificates;
        } catch (CertificateException e) {
            throw new IllegalArgumentException("not a certificate in PEM", e);
        }
    }

    PublicKey key() {
        return signer.getPublicKey();
    }

    /** Whether the certificate is issued to exactly this name. */
    boolean isIssuedTo(String commonName) {
        try {
            List<Object> names = new LdapName(signer.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .toList();
            return names.equals(List.of(commonName));
        } catch (InvalidNameException e) {
            return false;
        }
    }

    /** Whether the certificate leads back to one of the anchors at a moment. */
    boolean leadsTo(Set<TrustAnchor> anchors, List<X509Certificate> intermediates, Instant now) {
        Proved known = proved;
        if (known != null && known.anchors == anchors && !now.isBefore(known.from) && !now.isAfter(known.until)) {
            return true;
        }
        if (anchors.isEmpty()) {
            return false;
        }
        try {
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(signer);
            List<X509Certificate> offered = new ArrayList<>(others);
            offered.addAll(intermediates);
            offered.add(signer);
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(offered)));
            parameters.setDate(Date.from(now));
            parameters.setMaxPathLength(3);
            // the lists of PayPal's issuer are not reachable from every hub, and a day-old answer would prove no more
            parameters.setRevocationEnabled(false);
            CertPath path =
                    CertPathBuilder.getInstance("PKIX").build(parameters).getCertPath();
            proved = proved(anchors, path);
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    private static Proved proved(Set<TrustAnchor> anchors, CertPath path) {
        Instant from = Instant.MIN;
        Instant until = Instant.MAX;
        for (Certificate certificate : path.getCertificates()) {
            Instant begins = ((X509Certificate) certificate).getNotBefore().toInstant();
            Instant ends = ((X509Certificate) certificate).getNotAfter().toInstant();
            from = begins.isAfter(from) ? begins : from;
            until = ends.isBefore(until) ? ends : until;
        }
        return new Proved(anchors, from, until);
    }
}
