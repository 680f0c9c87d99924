/** WhatsApp Cloud API (Meta): verification of its signature scheme and the handshake of its webhooks. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.connector.whatsapp;
