package dev.wasl.hub.exchange;

import dev.wasl.hub.access.VisibleTenants;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.tenant.Tenants;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads what callers say of payments. */
@Component
class PaymentInput {

    /** An amount in major units, without sign or exponent. */
    static final String AMOUNT = "[0-9]{1,13}(\\.[0-9]{1,4})?";

    static final String CURRENCY = "[A-Za-z]{3}";

    /** No control characters; they would be invisible in lists and break gateways. */
    static final String PLAIN = "\\P{Cntrl}+";

    private final Tenants tenants;
    private final VisibleTenants visible;

    PaymentInput(Tenants tenants, VisibleTenants visible) {
        this.tenants = tenants;
        this.visible = visible;
    }

    /**
     * Who pays.
     *
     * @param phone as people write it; numbers without country code are the tenant's country's
     */
    @Schema(name = "PaymentCustomer")
    record CustomerInput(
            @Size(max = 200) @Schema(example = "Amina Nakato") @Nullable
            String name,

            @Size(max = 40) @Schema(example = "0770000001") @Nullable
            String phone,

            @Size(max = 254) @Pattern(regexp = "[^@\\s]+@[^@\\s]+") @Schema(example = "amina@example.com") @Nullable
            String email) {}

    /**
     * The tenant that a request is for.
     *
     * @param named may be absent when only one is visible to the caller
     * @throws HubException {@code UNKNOWN_TENANT}, {@code INVALID_REQUEST}
     */
    String tenant(@Nullable String named) {
        List<String> possible = visible.narrow(named);
        if (possible.size() != 1) {
            throw new HubException(ErrorCode.INVALID_REQUEST, "Say which 'tenant' it is for.");
        }
        return possible.get(0);
    }

    /** @throws HubException {@code INVALID_REQUEST} for an unknown currency, or more decimals than it has */
    static Money money(String amount, String currency) {
        String code = currency.toUpperCase(Locale.ROOT);
        try {
            return Money.ofMajor(new BigDecimal(amount), code);
        } catch (ArithmeticException e) {
            throw new HubException(
                    ErrorCode.INVALID_REQUEST,
                    "amount: " + code + " has " + Money.exponent(code) + " decimals; it was " + amount + ".",
                    e);
        } catch (IllegalArgumentException e) {
            throw new HubException(ErrorCode.INVALID_REQUEST, "currency: there is no currency " + code + ".", e);
        }
    }

    /** @throws HubException {@code INVALID_REQUEST} for a phone that is none */
    Party customer(String tenant, @Nullable CustomerInput input) {
        if (input == null) {
            return new Party(null, null, null, null, null);
        }
        String phone = null;
        String written = text(input.phone());
        if (written != null) {
            phone = PhoneQuery.e164(written, tenants.get(tenant).country())
                    .orElseThrow(() -> new HubException(
                            ErrorCode.INVALID_REQUEST, "customer.phone: this is no valid phone number."));
        }
        return new Party(
                text(input.name()),
                phone,
                null,
                written == null || written.equals(phone) ? null : written,
                text(input.email()));
    }

    /** @throws HubException {@code INVALID_REQUEST} for what is no address of a web page */
    static @Nullable String webAddress(String field, @Nullable String written) {
        String text = text(written);
        if (text == null) {
            return null;
        }
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null
                    && ("https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme()))) {
                return text;
            }
        } catch (IllegalArgumentException e) {
            // falls through: the message below says what is wrong
        }
        throw new HubException(ErrorCode.INVALID_REQUEST, field + ": must be the address of a web page.");
    }

    /** Text without the space around it, and without NUL, which the database cannot hold; null when there is none. */
    static @Nullable String text(@Nullable String written) {
        return written == null || written.isBlank() ? null : written.strip().replace('\u0000', '\uFFFD');
    }
}
