/** Wasl: an integration hub for couriers, payment gateways, messages and back-office systems. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub;
