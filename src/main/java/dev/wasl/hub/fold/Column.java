package dev.wasl.hub.fold;

import dev.wasl.hub.canonical.Address;
import dev.wasl.hub.canonical.DeliveryKind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a value looks in a row of JSON, and back. Rows travel to and from PostgreSQL as JSON objects. */
enum Column {
    TEXT {
        @Override
        Object read(Object json) {
            return json.toString();
        }
    },
    LONG {
        @Override
        Object read(Object json) {
            return ((Number) json).longValue();
        }
    },
    INTEGER {
        @Override
        Object read(Object json) {
            return ((Number) json).intValue();
        }
    },
    BOOLEAN {
        @Override
        Object read(Object json) {
            return json;
        }
    },
    INSTANT {
        @Override
        Object read(Object json) {
            return instant(json);
        }

        @Override
        Object write(Object value) {
            return value.toString();
        }
    },
    DATE {
        @Override
        Object read(Object json) {
            return LocalDate.parse(json.toString());
        }

        @Override
        Object write(Object value) {
            return value.toString();
        }
    },
    KIND {
        @Override
        Object read(Object json) {
            return DeliveryKind.valueOf(json.toString());
        }

        @Override
        Object write(Object value) {
            return ((DeliveryKind) value).name();
        }
    },
    ADDRESS {
        @Override
        Object read(Object json) {
            Map<?, ?> map = (Map<?, ?>) json;
            return new Address(
                    text(map, "country"),
                    text(map, "city"),
                    text(map, "cityAr"),
                    text(map, "zone"),
                    text(map, "zoneAr"),
                    text(map, "district"),
                    text(map, "districtAr"),
                    text(map, "line1"),
                    text(map, "line2"),
                    text(map, "building"),
                    text(map, "floor"),
                    text(map, "apartment"),
                    number(map, "lat"),
                    number(map, "lng"));
        }

        @Override
        Object write(Object value) {
            Address address = (Address) value;
            Map<String, Object> map = new LinkedHashMap<>();
            put(map, "country", address.country());
            put(map, "city", address.city());
            put(map, "cityAr", address.cityAr());
            put(map, "zone", address.zone());
            put(map, "zoneAr", address.zoneAr());
            put(map, "district", address.district());
            put(map, "districtAr", address.districtAr());
            put(map, "line1", address.line1());
            put(map, "line2", address.line2());
            put(map, "building", address.building());
            put(map, "floor", address.floor());
            put(map, "apartment", address.apartment());
            put(map, "lat", address.lat());
            put(map, "lng", address.lng());
            return map;
        }
    };

    abstract Object read(Object json);

    Object write(Object value) {
        return value;
    }

    static Instant instant(Object json) {
        return OffsetDateTime.parse(json.toString()).toInstant();
    }

    static Instant instant(Map<?, ?> row, String name) {
        return instant(needed(row, name));
    }

    static int integer(Map<?, ?> row, String name) {
        return ((Number) needed(row, name)).intValue();
    }

    static Map<?, ?> map(Map<?, ?> row, String name) {
        return (Map<?, ?>) needed(row, name);
    }

    /** @throws IllegalStateException when the row lacks what every row is written with */
    static Object needed(Map<?, ?> row, String name) {
        Object value = row.get(name);
        if (value == null) {
            throw new IllegalStateException("a stored row has no '" + name + "'");
        }
        return value;
    }

    static @Nullable Instant instantOrNull(@Nullable Object json) {
        return json == null ? null : instant(json);
    }

    static @Nullable String text(Map<?, ?> row, String name) {
        Object value = row.get(name);
        return value == null ? null : value.toString();
    }

    private static @Nullable Double number(Map<?, ?> row, String name) {
        return row.get(name) instanceof Number value ? value.doubleValue() : null;
    }

    /** Puts what is not null; an absent key is a NULL column. */
    static void put(Map<String, Object> row, String name, @Nullable Object value) {
        if (value instanceof Instant || value instanceof Enum<?> || value instanceof LocalDate) {
            row.put(name, value.toString());
        } else if (value != null) {
            row.put(name, value);
        }
    }
}
