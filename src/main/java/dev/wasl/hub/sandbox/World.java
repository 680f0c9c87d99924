package dev.wasl.hub.sandbox;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Every delivery of the sandbox. Only how far a story has come is kept, and that only for deliveries which moved since
 * the anchor; all else is generated again whenever it is asked for, so 100,000 deliveries cost a few megabytes.
 */
final class World {

    private static final long SPAN = 120L * 24 * 3_600_000;
    private static final long YOUNGEST = 60_000;

    private final long seed;
    private final Parcels parcels;
    private final int population;
    private final long anchor;

    /** Instants of the steps of each delivery that moved since the anchor, or was made since. */
    private final Map<Integer, long[]> moved = new HashMap<>();

    private int size;
    private int[] byUpdate;
    private byte[] code;
    private Kind[] kind;
    private int[] open;
    private int openCount;

    /**
     * A world as it stands at its anchor.
     *
     * @param anchor epoch milliseconds from which the ages of the first population are counted
     */
    World(long seed, int population, long anchor) {
        this.seed = seed;
        this.parcels = new Parcels(seed, population);
        this.population = population;
        this.anchor = anchor;
        this.size = population;
        this.code = new byte[population];
        this.kind = new Kind[population];
        this.open = new int[population];
        long[] updated = new long[population];
        for (int i = 0; i < population; i++) {
            Snapshot snapshot = asOfAnchor(i);
            updated[i] = snapshot.updatedAt();
            code[i] = (byte) snapshot.code();
            kind[i] = snapshot.kind();
            if (!snapshot.ended()) {
                open[openCount++] = i;
            }
        }
        this.byUpdate = sortedBy(updated);
    }

    Parcels parcels() {
        return parcels;
    }

    synchronized int size() {
        return size;
    }

    synchronized int openCount() {
        return openCount;
    }

    /** A delivery whose story goes on, any. */
    synchronized OptionalInt anyOpen(Dice dice) {
        return openCount == 0 ? OptionalInt.empty() : OptionalInt.of(open[dice.below(openCount)]);
    }

    Optional<Snapshot> find(String trackingNumber) {
        OptionalInt index = parcels.indexOf(trackingNumber);
        return index.isPresent() && index.getAsInt() < size()
                ? Optional.of(snapshot(index.getAsInt()))
                : Optional.empty();
    }

    Snapshot snapshot(int index) {
        long[] times;
        synchronized (this) {
            Objects.checkIndex(index, size);
            times = moved.get(index);
        }
        if (times == null) {
            return asOfAnchor(index);
        }
        Parcel parcel = parcels.parcel(index);
        return new Snapshot(parcel, Script.of(parcel), times);
    }

    /** A new order; returns it as it stands, just created. */
    synchronized Snapshot create(long now) {
        int index = size;
        if (index == byUpdate.length) {
            int room = Math.min(Parcels.LIMIT, byUpdate.length + Math.max(1_000, byUpdate.length / 4));
            byUpdate = Arrays.copyOf(byUpdate, room);
            code = Arrays.copyOf(code, room);
            kind = Arrays.copyOf(kind, room);
            open = Arrays.copyOf(open, room);
        }
        Parcel parcel = parcels.parcel(index);
        Snapshot snapshot = new Snapshot(parcel, Script.of(parcel), new long[] {now});
        moved.put(index, snapshot.times());
        byUpdate[index] = index;
        code[index] = (byte) snapshot.code();
        kind[index] = snapshot.kind();
        open[openCount++] = index;
        size++;
        return snapshot;
    }

    /**
     * Lets the next step of a delivery happen.
     *
     * @return empty when its story has ended
     */
    synchronized Optional<Snapshot> advance(int index, long now) {
        Snapshot before = snapshot(index);
        if (before.ended()) {
            return Optional.empty();
        }
        long[] times = Arrays.copyOf(before.times(), before.done() + 1);
        times[before.done()] = Math.max(now, before.updatedAt() + 1);
        Snapshot after = new Snapshot(before.parcel(), before.steps(), times);
        moved.put(index, times);
        code[index] = (byte) after.code();
        kind[index] = after.kind();
        moveToEnd(index);
        if (after.ended()) {
            close(index);
        }
        return Optional.of(after);
    }

    /** The deliveries of one page, in order. */
    List<Snapshot> search(SearchQuery query) {
        return Arrays.stream(indexes(query)).mapToObj(this::snapshot).toList();
    }

    private int[] indexes(SearchQuery query) {
        long from = (long) (query.page() - 1) * query.limit();
        if (query.unfiltered()) {
            synchronized (this) {
                int first = (int) Math.min(from, size);
                int count = Math.min(query.limit(), size - first);
                return IntStream.range(first, first + count)
                        .map(rank -> at(rank, query.byUpdate()))
                        .toArray();
            }
        }
        IntPredicate filter = filter(query);
        int[] order;
        synchronized (this) {
            order = IntStream.range(0, size)
                    .map(rank -> at(rank, query.byUpdate()))
                    .filter(index -> matchesState(query, index))
                    .toArray();
        }
        return Arrays.stream(order)
                .filter(filter)
                .skip(from)
                .limit(query.limit())
                .toArray();
    }

    private int at(int rank, boolean updated) {
        int position = size - 1 - rank;
        return updated ? byUpdate[position] : position;
    }

    private boolean matchesState(SearchQuery query, int index) {
        return (query.stateCodes().isEmpty() || query.stateCodes().contains(Integer.toString(code[index])))
                && (query.types().isEmpty() || query.types().contains(typeName(index)));
    }

    private String typeName(int index) {
        return kind[index] == Kind.SEND ? parcels.parcel(index).typeName(Kind.SEND) : kind[index].name();
    }

    private IntPredicate filter(SearchQuery query) {
        IntPredicate filter = index -> true;
        if (!query.trackingNumbers().isEmpty()) {
            Set<Integer> wanted = new HashSet<>();
            query.trackingNumbers().forEach(number -> parcels.indexOf(number).ifPresent(wanted::add));
            filter = filter.and(wanted::contains);
        }
        if (!query.phones().isEmpty()) {
            Set<Integer> wanted = new HashSet<>();
            query.phones().forEach(phone -> parcels.customerByPhone(phone).ifPresent(wanted::add));
            filter = filter.and(index -> wanted.contains(parcels.customerOf(index)));
        }
        if (!query.references().isEmpty()) {
            filter = filter.and(
                    index -> isOneOf(query.references(), parcels.parcel(index).reference()));
        }
        return filter;
    }

    private static boolean isOneOf(Set<String> wanted, @Nullable String value) {
        return value != null && wanted.contains(value);
    }

    private Snapshot asOfAnchor(int index) {
        Parcel parcel = parcels.parcel(index);
        List<Step> steps = Script.of(parcel);
        long created = createdAt(index);
        int done = 1;
        while (done < steps.size() && created + steps.get(done).afterMillis() <= anchor) {
            done++;
        }
        long[] times = new long[done];
        for (int i = 0; i < done; i++) {
            times[i] = created + steps.get(i).afterMillis();
        }
        return new Snapshot(parcel, steps, times);
    }

    /** Ages grow with the square, so that business was slower four months ago and the last days are crowded. */
    private long createdAt(int index) {
        double place = (population - 1 - index + Dice.at(seed, index, 6).below(1000) / 1000.0) / population;
        return anchor - YOUNGEST - (long) ((SPAN - YOUNGEST) * place * place);
    }

    private static int[] sortedBy(long[] updated) {
        // Instant and index in one long: sorting primitives needs no boxed indexes.
        long first = Arrays.stream(updated).min().orElse(0);
        long[] keys = new long[updated.length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = (updated[i] - first) * Parcels.LIMIT + i;
        }
        Arrays.sort(keys);
        return Arrays.stream(keys).mapToInt(key -> (int) (key % Parcels.LIMIT)).toArray();
    }

    private void moveToEnd(int index) {
        int position = size - 1;
        while (byUpdate[position] != index) {
            position--;
        }
        System.arraycopy(byUpdate, position + 1, byUpdate, position, size - 1 - position);
        byUpdate[size - 1] = index;
    }

    private void close(int index) {
        for (int i = openCount - 1; i >= 0; i--) {
            if (open[i] == index) {
                open[i] = open[--openCount];
                return;
            }
        }
    }
}
