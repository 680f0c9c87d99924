/** Orange Money Web Payment: a token per payment, echoed in the notification, and a status query. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.connector.orange;
