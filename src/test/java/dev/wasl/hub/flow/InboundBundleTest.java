package dev.wasl.hub.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.intake.InboundMessage;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class InboundBundleTest {

    @Property(tries = 200)
    void what_was_bundled_is_read_as_it_was(@ForAll("messages") List<InboundMessage> messages) {
        assertThat(InboundBundle.read(InboundBundle.write(messages)))
                .usingRecursiveFieldByFieldElementComparator()
                .isEqualTo(messages);
    }

    @Property(tries = 200)
    void a_bundle_that_was_cut_is_refused(@ForAll("messages") List<InboundMessage> messages, @ForAll int place) {
        byte[] whole = InboundBundle.write(messages);
        byte[] cut = Arrays.copyOf(whole, Math.floorMod(place, whole.length));

        assertThatThrownBy(() -> InboundBundle.read(cut)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 200)
    void splitting_loses_nothing_and_keeps_bundles_small(@ForAll("messages") List<InboundMessage> messages) {
        List<List<InboundMessage>> bundles = InboundBundle.split(messages);

        assertThat(bundles.stream().flatMap(List::stream)).isEqualTo(messages);
        assertThat(bundles).noneMatch(List::isEmpty);
        assertThat(bundles)
                .allMatch(bundle -> bundle.size() == 1
                        || bundle.stream().mapToInt(one -> one.body().length).sum() <= Bundles.MOST_BYTES);
    }

    @Test
    void a_message_that_fills_a_bundle_travels_alone() {
        InboundMessage small = message("small", new byte[10]);
        InboundMessage large = message("large", new byte[Bundles.MOST_BYTES]);

        assertThat(InboundBundle.split(List.of(small, large, small)))
                .containsExactly(List.of(small), List.of(large), List.of(small));
    }

    @Provide
    Arbitrary<List<InboundMessage>> messages() {
        Arbitrary<InboundMessage> one = Combinators.combine(
                        Arbitraries.strings().ofMaxLength(200),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(3_000),
                        Arbitraries.maps(
                                        Arbitraries.strings().alpha().ofMaxLength(20),
                                        Arbitraries.strings().ofMaxLength(50))
                                .ofMaxSize(4),
                        Arbitraries.of(InboundMessage.Kind.values()))
                .as((id, body, headers, kind) -> new InboundMessage(
                        UUID.randomUUID(),
                        id,
                        "hvar",
                        "bosta",
                        kind,
                        Instant.ofEpochSecond(1_793_527_204L, 123_456_789),
                        "application/json",
                        headers,
                        body));
        return one.list().ofMinSize(1).ofMaxSize(40);
    }

    private static InboundMessage message(String id, byte[] body) {
        return new InboundMessage(
                UUID.randomUUID(),
                id,
                "hvar",
                "bosta",
                InboundMessage.Kind.WEBHOOK,
                Instant.EPOCH,
                "application/json",
                Map.of(),
                body);
    }
}
