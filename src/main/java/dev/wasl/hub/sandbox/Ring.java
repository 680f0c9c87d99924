package dev.wasl.hub.sandbox;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The last few of something, so that memory stays bounded however long the sandbox runs. */
final class Ring<T> {

    private final int most;
    private final Deque<T> kept = new ArrayDeque<>();
    private long total;

    Ring(int most) {
        this.most = most;
    }

    synchronized void add(T element) {
        kept.addLast(element);
        total++;
        if (kept.size() > most) {
            kept.removeFirst();
        }
    }

    /** What is still there, newest first. */
    synchronized List<T> newestFirst() {
        List<T> list = new ArrayList<>(kept);
        java.util.Collections.reverse(list);
        return list;
    }

    /** How many were ever added. */
    synchronized long total() {
        return total;
    }
}
