/** Plays Bosta, Stripe and the message providers on loopback; never started in production. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.sandbox;
