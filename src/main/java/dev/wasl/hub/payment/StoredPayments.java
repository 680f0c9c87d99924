package dev.wasl.hub.payment;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.ops.HubSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** The stored requests with their secrets, for connectors and nobody else. */
@Component
class StoredPayments implements AskedPayments {

    /** Where the callback token stands among what is encrypted; no connector uses such a name. */
    private static final String TOKEN = "#callback-token";

    private static final int TOKEN_BYTES = 16;
    private static final int LONGEST_TOKEN = 100;

    private final PaymentRequestRepository repository;
    private final StateSeal seal;
    private final String publicUrl;
    private final SecureRandom random = new SecureRandom();

    StoredPayments(PaymentRequestRepository repository, StateSeal seal, HubSettings settings) {
        this.repository = repository;
        this.seal = seal;
        String url = settings.publicUrl().toString();
        this.publicUrl = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** A new callback token: 128 bits, safe in a path, and short, because gateways limit the length of addresses. */
    String newToken() {
        byte[] token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /** What the database knows of a token. */
    static String hash(String token) {
        return hex(token.getBytes(StandardCharsets.UTF_8));
    }

    /** Lower-case hex SHA-256. */
    static String hex(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is encrypted of a request. */
    byte[] seal(PaymentRequest request, String token, Map<String, String> state) {
        Map<String, String> all = new HashMap<>(state);
        all.put(TOKEN, token);
        return seal.seal(request.tenant(), request.id(), all);
    }

    /**
     * A row with its secrets.
     *
     * @throws HubException {@code PAYMENT_STATE_UNREADABLE}
     */
    AskedPayment open(PaymentRequestRepository.Row row) {
        PaymentRequest request = row.request();
        Map<String, String> state = new HashMap<>(seal.open(request.tenant(), request.id(), row.sealed()));
        String token = state.remove(TOKEN);
        return new AskedPayment(
                request.id(),
                request.tenant(),
                request.connector(),
                request.reference(),
                request.amount(),
                request.customer(),
                request.description(),
                request.returnUrl(),
                publicUrl + "/webhooks/" + request.tenant() + '/' + request.connector() + '/' + token,
                String.valueOf(token),
                request.createdAt(),
                request.expiresAt(),
                request.progress().gatewayOrderId(),
                Map.copyOf(state));
    }

    @Override
    public Optional<AskedPayment> byCallbackToken(String tenant, String connector, String token) {
        if (token.isEmpty() || token.length() > LONGEST_TOKEN) {
            return Optional.empty();
        }
        return stored(() -> repository.byCallback(tenant, connector, hash(token)))
                .filter(asked -> same(asked.callbackToken(), token));
    }

    @Override
    public Optional<AskedPayment> byGatewayOrder(String tenant, String connector, String gatewayOrderId) {
        return stored(() -> repository.byGatewayOrder(tenant, connector, storable(gatewayOrderId)));
    }

    @Override
    public Optional<AskedPayment> byReference(String tenant, String connector, String reference) {
        return stored(() -> repository.byReference(tenant, storable(reference)))
                .filter(asked -> asked.connector().equals(connector));
    }

    private Optional<AskedPayment> stored(Supplier<Optional<PaymentRequestRepository.Row>> question) {
        try {
            return question.get().map(this::open);
        } catch (DataAccessException | TransactionException e) {
            throw new HubException(ErrorCode.STORE_UNAVAILABLE, "the stored payments cannot be read now", e);
        }
    }

    /** PostgreSQL refuses NUL in a question; what holds one is not stored. */
    private static String storable(String text) {
        return text.replace('\u0000', '\uFFFD');
    }

    private static boolean same(@Nullable String one, String other) {
        return one != null
                && MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
