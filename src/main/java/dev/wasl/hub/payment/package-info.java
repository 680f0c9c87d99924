/** Money that is expected: payments asked for through the hub, what confirms them, and what does not match. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.payment;
