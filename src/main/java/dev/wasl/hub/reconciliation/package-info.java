/** Money compared: what was expected, what was seen, what arrived. Reads what others wrote and changes none of it. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.reconciliation;
