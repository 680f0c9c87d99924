/** Paymob: verification of its twenty signed values, intentions, and transaction queries. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.connector.paymob;
