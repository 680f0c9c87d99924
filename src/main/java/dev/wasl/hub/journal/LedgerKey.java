package dev.wasl.hub.journal;

import java.util.Comparator;

/** One counter of the ledger; sorted, so that transactions lock counters in one order. */
record LedgerKey(String tenant, String connector, Bucket bucket) implements Comparable<LedgerKey> {

    private static final Comparator<LedgerKey> ORDER = Comparator.comparing(LedgerKey::tenant)
            .thenComparing(LedgerKey::connector)
            .thenComparing(LedgerKey::bucket);

    @Override
    public int compareTo(LedgerKey other) {
        return ORDER.compare(this, other);
    }
}
