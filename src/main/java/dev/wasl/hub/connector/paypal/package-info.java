/** PayPal: verification of its webhooks by certificate, orders, captures, and queries. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.connector.paypal;
