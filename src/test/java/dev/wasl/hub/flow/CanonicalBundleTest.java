package dev.wasl.hub.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.Interaction;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.flow.CanonicalBundle.Part;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class CanonicalBundleTest {

    @Property(tries = 200)
    void what_was_bundled_is_read_as_it_was(@ForAll("messages") List<CanonicalMessage> messages) {
        assertThat(CanonicalBundle.read(CanonicalBundle.write(messages)))
                .usingRecursiveFieldByFieldElementComparator()
                .isEqualTo(messages.stream().map(Part::of).toList());
    }

    @Property(tries = 200)
    void a_bundle_that_was_cut_is_refused(@ForAll("messages") List<CanonicalMessage> messages, @ForAll int place) {
        byte[] whole = CanonicalBundle.write(messages);
        byte[] cut = Arrays.copyOf(whole, Math.floorMod(place, whole.length));

        assertThatThrownBy(() -> CanonicalBundle.read(cut)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 200)
    void splitting_loses_nothing_and_keeps_bundles_small(@ForAll("messages") List<CanonicalMessage> messages) {
        List<List<CanonicalMessage>> bundles = CanonicalBundle.split(messages);

        assertThat(bundles.stream().flatMap(List::stream)).isEqualTo(messages);
        assertThat(bundles).noneMatch(List::isEmpty);
        assertThat(bundles)
                .allMatch(bundle -> bundle.size() == 1
                        || bundle.stream().mapToInt(one -> one.json().length).sum() <= Bundles.MOST_BYTES);
    }

    @Provide
    Arbitrary<List<CanonicalMessage>> messages() {
        Arbitrary<CanonicalMessage.@Nullable Origin> origin = Combinators.combine(
                        Arbitraries.create(UUID::randomUUID),
                        Arbitraries.of("bosta", "stripe"),
                        Arbitraries.integers().between(1, 9))
                .as(CanonicalMessage.Origin::new)
                .injectNull(0.3);
        Arbitrary<CanonicalMessage> one = Combinators.combine(
                        Arbitraries.strings().ofMaxLength(200),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(3_000),
                        origin)
                .as((id, json, from) -> new CanonicalMessage(event(id), json, from));
        return one.list().ofMinSize(1).ofMaxSize(40);
    }

    private static CanonicalEvent event(String id) {
        Instant time = Instant.ofEpochSecond(1_793_527_204L);
        return new CanonicalEvent(
                "1.0",
                id,
                "/hvar/bosta",
                "dev.wasl.interaction.received.v1",
                "interaction/" + id,
                time,
                "application/json",
                null,
                "hvar",
                null,
                null,
                null,
                new Interaction(
                        Notification.Channel.SMS,
                        "test",
                        id,
                        new Party(null, "+201000000001", null, null, null),
                        "text",
                        null,
                        time));
    }
}
