/** Which connectors exist, what they need to be told, and which tenant configured them. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.connector;
