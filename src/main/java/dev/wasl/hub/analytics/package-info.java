/** Canonical messages to facts and daily aggregates. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.analytics;
