package dev.wasl.hub.connector.cmi;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/**
 * The order of PHP's {@code natcasesort}, which CMI's hash is defined by: bytes compared without regard to the case of
 * ASCII letters, folded to upper case so that {@code _} comes after them; white space skipped; runs of digits compared as
 * numbers, leading zeros skipped.
 */
final class NaturalOrder implements Comparator<String> {

    @Override
    public int compare(String one, String other) {
        return new Comparison(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8)).run();
    }

    private static final class Comparison {

        private final byte[] a;
        private final byte[] b;
        private int i;
        private int j;

        Comparison(byte[] a, byte[] b) {
            this.a = a;
            this.b = b;
        }

        int run() {
            if (a.length == 0 || b.length == 0) {
                return Integer.compare(a.length, b.length);
            }
            while (true) {
                i = skip(a, i);
                j = skip(b, j);
                int left = at(a, i);
                int right = at(b, j);
                if (isDigit(left) && isDigit(right)) {
                    int numbers = left == '0' || right == '0' ? asFractions() : asNumbers();
                    if (numbers != 0) {
                        return numbers;
                    }
                    if (i >= a.length || j >= b.length) {
                        return Integer.compare(a.length - i, b.length - j);
                    }
                    left = at(a, i);
                    right = at(b, j);
                }
                int difference = Integer.compare(upper(left), upper(right));
                if (difference != 0) {
                    return difference;
                }
                i++;
                j++;
                if (i >= a.length || j >= b.length) {
                    return Integer.compare(Math.max(0, a.length - i), Math.max(0, b.length - j));
                }
            }
        }

        /** Past zeros that lead a number, then past white space. */
        private static int skip(byte[] text, int from) {
            int at = from;
            while (at(text, at) == '0' && isDigit(at(text, at + 1))) {
                at++;
            }
            while (isSpace(at(text, at))) {
                at++;
            }
            return at;
        }

        /** The longer run of digits is the greater number, else the first different digit decides. */
        private int asNumbers() {
            int bias = 0;
            while (true) {
                boolean digit = isDigit(at(a, i));
                boolean otherDigit = isDigit(at(b, j));
                if (!digit || !otherDigit) {
                    return digit == otherDigit ? bias : digit ? 1 : -1;
                }
                if (bias == 0) {
                    bias = Integer.compare(at(a, i), at(b, j));
                }
                i++;
                j++;
            }
        }

        /** Digits one by one, as behind a decimal point. */
        private int asFractions() {
            while (true) {
                boolean digit = isDigit(at(a, i));
                boolean otherDigit = isDigit(at(b, j));
                if (!digit || !otherDigit) {
                    return digit == otherDigit ? 0 : digit ? 1 : -1;
                }
                int difference = Integer.compare(at(a, i), at(b, j));
                if (difference != 0) {
                    return difference;
                }
                i++;
                j++;
            }
        }

        private static int at(byte[] text, int index) {
            return index < text.length ? text[index] & 0xff : 0;
        }

        private static boolean isDigit(int c) {
            return c >= '0' && c <= '9';
        }

        private static boolean isSpace(int c) {
            return c == ' ' || (c >= '\t' && c <= '\r');
        }

        private static int upper(int c) {
            return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
        }
    }
}
