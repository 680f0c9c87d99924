/** Flutterwave in both its versions, which share nothing on the wire: v3 with a token, v4 with signed bodies. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.connector.flutterwave;
