package dev.wasl.hub.canonical;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Locale;
import java.util.Objects;

/**
 * An amount in the minor unit of its ISO 4217 currency (EGP 12.50 is 1250, UGX 5000 is 5000).
 *
 * @param amountMinor the amount in minor units; may be negative (a refund paid to a customer)
 * @param currency the ISO 4217 code, upper case
 */
public record Money(long amountMinor, String currency) {

    public Money {
        Objects.requireNonNull(currency, "currency");
        currency = currency.toUpperCase(Locale.ROOT);
    }

    /**
     * Converts an amount in major units.
     *
     * @throws ArithmeticException if the amount has more decimals than the currency
     * @throws IllegalArgumentException if the currency is unknown to ISO 4217
     */
    public static Money ofMajor(BigDecimal major, String currency) {
        String code = currency.toUpperCase(Locale.ROOT);
        return new Money(major.movePointRight(exponent(code)).longValueExact(), code);
    }

    /** How many decimals the currency has in ISO 4217; currencies without minor unit count as 0. */
    public static int exponent(String currency) {
        return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
    }

    /** The amount in major units with the currency's own number of decimals. */
    public BigDecimal major() {
        return BigDecimal.valueOf(amountMinor, exponent(currency));
    }

    /** Whether the amount is more than zero. */
    @JsonIgnore
    public boolean isPositive() {
        return amountMinor > 0;
    }
}
