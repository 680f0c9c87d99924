package dev.wasl.hub.notify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.DeliveryKind;
import dev.wasl.hub.crm.BorderCrossings;
import dev.wasl.hub.mapping.JsonBodies;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Gives events of deliveries that cross a border the status that they have there. Some channels of a courier do not know of
 * the border and tell both meanings of a code; rules look at one event alone, and the CRM knows more.
 */
@Component
class DeliveriesAbroad {

    private final BorderCrossings crossings;

    DeliveriesAbroad(BorderCrossings crossings) {
        this.crossings = crossings;
    }

    /** The same in their order; where a border is known, the JSON has the kind and the status there, the event stays as it came. */
    List<CanonicalMessage> read(Collection<CanonicalMessage> messages) {
        Map<Place, Set<String>> unsure = new HashMap<>();
        for (CanonicalMessage message : messages) {
            Delivery delivery = unsure(message);
            if (delivery != null) {
                unsure.computeIfAbsent(Place.of(message, delivery), place -> new HashSet<>())
                        .add(delivery.trackingNumber());
            }
        }
        Map<Place, Set<String>> abroad = new HashMap<>();
        unsure.forEach((place, numbers) -> abroad.put(place, crossings.among(place.tenant, place.courier, numbers)));
        return messages.stream().map(message -> read(message, abroad)).toList();
    }

    private static CanonicalMessage read(CanonicalMessage message, Map<Place, Set<String>> abroad) {
        Delivery delivery = unsure(message);
        if (delivery == null
                || !abroad.getOrDefault(Place.of(message, delivery), Set.of()).contains(delivery.trackingNumber())) {
            return message;
        }
        ObjectNode event = (ObjectNode) JsonBodies.parse(message.json());
        ObjectNode data = (ObjectNode) event.get("data");
        data.put("kind", DeliveryKind.INTERNATIONAL.name());
        data.put("status", String.valueOf(delivery.statusAbroad()));
        return new CanonicalMessage(
                message.event(), event.toString().getBytes(StandardCharsets.UTF_8), message.origin());
    }

    /** The delivery of a message that tells two meanings, else null. */
    private static @Nullable Delivery unsure(CanonicalMessage message) {
        return message.event().data() instanceof Delivery delivery && delivery.statusAbroad() != null ? delivery : null;
    }

    private record Place(String tenant, String courier) {

        static Place of(CanonicalMessage message, Delivery delivery) {
            return new Place(message.event().tenant(), delivery.courier());
        }
    }
}
