/** Canonical messages to the CRM tables: customers, deliveries, payments, interactions. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.crm;
