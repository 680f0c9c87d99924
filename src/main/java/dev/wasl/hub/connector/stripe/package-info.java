/** Stripe: verification of its signature scheme, Checkout, queries, and events that were not delivered. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.connector.stripe;
