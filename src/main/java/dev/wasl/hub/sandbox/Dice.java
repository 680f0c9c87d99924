package dev.wasl.hub.sandbox;

import java.util.List;

/**
 * Repeatable chance (SplitMix64): the same place always throws the same numbers, whatever was thrown elsewhere, so that
 * any delivery can be generated again at any time instead of being kept in memory.
 */
final class Dice {

    private static final String ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final String HEX = "0123456789abcdef";

    private long state;

    private Dice(long state) {
        this.state = state;
    }

    /** Dice of one place, such as the seed, a subject and an index. */
    static Dice at(long seed, long... place) {
        long mixed = mix(seed);
        for (long part : place) {
            mixed = mix(mixed ^ (part + 0x9E3779B97F4A7C15L));
        }
        return new Dice(mixed);
    }

    /** A number from 0 to {@code bound - 1}. */
    int below(int bound) {
        return (int) Long.remainderUnsigned(next() >>> 1, bound);
    }

    /** A number between two limits, both included. */
    long between(long low, long high) {
        return low + Long.remainderUnsigned(next() >>> 1, high - low + 1);
    }

    /** True in so many of a hundred throws. */
    boolean percent(double share) {
        return (next() >>> 11) * 0x1.0p-53 * 100 < share;
    }

    <T> T pick(List<T> choices) {
        return choices.get(below(choices.size()));
    }

    /** Letters and digits, as in nano-ids and Stripe ids. */
    String id(int length) {
        return letters(ID_LETTERS, length);
    }

    /** Lower-case hexadecimal digits. */
    String hex(int length) {
        return letters(HEX, length);
    }

    private String letters(String alphabet, int length) {
        char[] letters = new char[length];
        for (int i = 0; i < length; i++) {
            letters[i] = alphabet.charAt(below(alphabet.length()));
        }
        return new String(letters);
    }

    private long next() {
        state += 0x9E3779B97F4A7C15L;
        return mix(state);
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
