/** Twilio: verification of its signature scheme, which signs the called URL and the form fields, not the bytes. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.connector.twilio;
