/** How messages enter: verify on raw bytes, store durably, answer. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.intake;
