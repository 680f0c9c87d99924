package dev.wasl.hub.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * Somebody who receives parcels; invented.
 *
 * @param phone E.164
 * @param secondPhone as people type it, {@code 01...}
 */
record Customer(
        int number,
        String firstName,
        String lastName,
        String latinName,
        String phone,
        @Nullable String secondPhone,
        Atlas.District district,
        String street,
        @Nullable String secondLine,
        int building,
        int floor,
        int apartment) {

    String fullName() {
        return lastName.equals("-") ? firstName : firstName + " " + lastName;
    }

    String email() {
        return latinName.toLowerCase(java.util.Locale.ROOT).replace(' ', '.') + number + "@example.com";
    }
}
