/** Paystack: signed webhooks, the start of payments, and the status call. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.connector.paystack;
