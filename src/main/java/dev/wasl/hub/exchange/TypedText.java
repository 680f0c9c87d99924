package dev.wasl.hub.exchange;

/** Cleans what a person typed or copied. */
final class TypedText {

    private TypedText() {}

    /** Trims, drops characters without width (copied right-to-left text has them) and writes digits as 0 to 9. */
    static String visible(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (Character.getType(c) == Character.FORMAT || Character.isISOControl(c)) {
                return;
            }
            int digit = Character.isDigit(c) ? Character.digit(c, 10) : -1;
            if (digit >= 0) {
                clean.append((char) ('0' + digit));
            } else {
                clean.appendCodePoint(c);
            }
        });
        return clean.toString().strip();
    }
}
