/**
 * What many statements about one thing amount to, whatever the order they came in: the folds of deliveries, payments
 * and notifications, and the tables that keep a folded row per thing. Shared by the CRM and analytics; depends on
 * {@code canonical} only.
 *
 * <p>A folded row is built from registers that only grow (newest, largest, earliest, union), so that applying the same
 * statements in another order, or twice, ends in the same row.
 */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.fold;
