package dev.wasl.hub.mapping;

import dev.wasl.hub.canonical.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Amounts of money in the forms that providers write, without ever passing through floating point. */
final class Amounts {

    /** Currencies whose amounts Stripe counts in whole units. MGA has two decimals by ISO 4217. */
    private static final Set<String> STRIPE_WHOLE = Set.of(
            "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF");

    private static final Map<String, Integer> STRIPE_EXPONENTS =
            Map.of("UGX", 2, "ISK", 2, "BHD", 3, "JOD", 3, "KWD", 3, "OMR", 3, "TND", 3);

    /**
     * Currencies that Paystack counts differently than in hundredths: none that is known. XOF is in hundredths by most
     * accounts; whoever proves otherwise enters it here.
     */
    private static final Map<String, Integer> PAYSTACK_EXPONENTS = Map.of();

    /** How far a sum made in binary floating point may be from a whole minor unit: far more than its error, far less than a unit. */
    private static final BigDecimal FLOAT_ERROR = new BigDecimal("0.0001");

    private Amounts() {}

    /**
     * Reads a plain decimal number: digits, one point, a sign; neither exponent nor grouping.
     *
     * @throws NumberFormatException if it is anything else
     */
    static BigDecimal decimal(String text) {
        boolean plain = !text.isEmpty() && text.length() <= 30;
        for (int i = 0; plain && i < text.length(); i++) {
            char c = text.charAt(i);
            plain = (c >= '0' && c <= '9') || c == '.' || (i == 0 && (c == '-' || c == '+'));
        }
        if (!plain) {
            throw new NumberFormatException("not a plain decimal number");
        }
        return new BigDecimal(text);
    }

    /**
     * An amount in major units, exactly.
     *
     * @throws ArithmeticException if it has more decimals than the currency or is out of range
     * @throws IllegalArgumentException if the currency is unknown
     */
    static Money ofMajor(BigDecimal major, String currency) {
        return Money.ofMajor(bounded(major), known(currency));
    }

    /**
     * An amount in major units that its sender computed in floating point, such as 688.4399999999999.
     *
     * @throws ArithmeticException if it is not next to a whole minor unit
     * @throws IllegalArgumentException if the currency is unknown
     */
    static Money ofFloat(BigDecimal major, String currency) {
        String code = known(currency);
        BigDecimal minor = bounded(major).movePointRight(Money.exponent(code));
        BigDecimal whole = minor.setScale(0, RoundingMode.HALF_EVEN);
        if (minor.subtract(whole).abs().compareTo(FLOAT_ERROR) > 0) {
            throw new ArithmeticException("more decimals than " + code + " has");
        }
        return new Money(whole.longValueExact(), code);
    }

    /**
     * An amount in the currency's minor unit.
     *
     * @throws ArithmeticException if it is not whole or out of range
     * @throws IllegalArgumentException if the currency is unknown
     */
    static Money ofMinor(BigDecimal minor, String currency) {
        return new Money(bounded(minor).longValueExact(), known(currency));
    }

    /**
     * An amount in Stripe's own smallest unit.
     *
     * @throws ArithmeticException if Stripe's unit does not divide into the currency's, or a last digit is not zero where
     *     Stripe says it always is
     * @throws IllegalArgumentException if the currency is unknown
     */
    static Money ofStripe(BigDecimal amount, String currency) {
        String code = known(currency);
        int exponent = STRIPE_WHOLE.contains(code) ? 0 : STRIPE_EXPONENTS.getOrDefault(code, 2);
        BigDecimal major = BigDecimal.valueOf(bounded(amount).longValueExact(), exponent);
        if (exponent == 3 && major.movePointRight(2).stripTrailingZeros().scale() > 0) {
            throw new ArithmeticException("the last digit of " + code + " is always 0");
        }
        return Money.ofMajor(major, code);
    }

    /**
     * An amount in Paystack's subunit: hundredths of every currency, also of those that have none by ISO 4217.
     *
     * @throws ArithmeticException if it is no whole number of the currency's minor units
     * @throws IllegalArgumentException if the currency is unknown
     */
    static Money ofPaystack(BigDecimal amount, String currency) {
        String code = known(currency);
        BigDecimal hundredths = BigDecimal.valueOf(bounded(amount).longValueExact());
        return Money.ofMajor(hundredths.movePointLeft(PAYSTACK_EXPONENTS.getOrDefault(code, 2)), code);
    }

    private static String known(String currency) {
        String code = currency.toUpperCase(Locale.ROOT);
        try {
            Currency.getInstance(code);
            return code;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("no currency of ISO 4217", e);
        }
    }

    /** Keeps a number like 1E+1000000000 from being written out. */
    private static BigDecimal bounded(BigDecimal amount) {
        if (amount.precision() - (long) amount.scale() > 19 || amount.scale() > 60 || amount.precision() > 60) {
            throw new ArithmeticException("out of range");
        }
        return amount;
    }
}
