/** Stripe: verification of its signature scheme. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.connector.stripe;
