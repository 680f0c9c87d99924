/** CMI, the Moroccan card acquirer: hashed forms in both directions, and the status of an order. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.connector.cmi;
