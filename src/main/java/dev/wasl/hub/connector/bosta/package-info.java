/** Bosta courier: request budget, polling, backfill, reconciliation and webhook verification (its paging and its shared limit are beyond a Kamelet). */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.connector.bosta;
