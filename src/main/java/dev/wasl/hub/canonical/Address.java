package dev.wasl.hub.canonical;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A postal address in both languages where the source has both.
 *
 * @param country ISO 3166-1 alpha-2
 * @param lat latitude in degrees (WGS 84)
 * @param lng longitude in degrees (WGS 84)
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Address(
        @Nullable String country,
        @Nullable String city,
        @Nullable String cityAr,
        @Nullable String zone,
        @Nullable String zoneAr,
        @Nullable String district,
        @Nullable String districtAr,
        @Nullable String line1,
        @Nullable String line2,
        @Nullable String building,
        @Nullable String floor,
        @Nullable String apartment,
        @Nullable Double lat,
        @Nullable Double lng) {}
