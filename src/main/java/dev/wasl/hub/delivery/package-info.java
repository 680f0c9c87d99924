/** What failed: parked with its original bytes, listed as work, replayed with the same identity. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.delivery;
