/** Airtel Money: a hash inside the body in one of several forms, and a status query because amounts are never told. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.connector.airtel;
