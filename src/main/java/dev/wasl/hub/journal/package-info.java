/** Every received message with its outcome, the inbox that judges duplicates, and the ledger that proves the sum. */
@org.jspecify.annotations.NullMarked
package dev.wasl.hub.journal;
