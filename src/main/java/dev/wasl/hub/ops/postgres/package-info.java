/** The PostgreSQL that the hub brings with it: unpacked, started, watched and stopped. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.ops.postgres;
