/** Embedded PostgreSQL and broker, health, metrics, security, start-up checks. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.ops;
