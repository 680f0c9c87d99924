/** Loads mapping files, runs them, and checks the result against the canonical schemas. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.mapping;
