/** The REST interface for back-office systems. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.exchange;
