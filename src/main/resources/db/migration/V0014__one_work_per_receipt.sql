-- Two received messages may tell of one event by the same canonical id. Each of them counts in the ledger, so each is a
-- piece of work; what the hub says itself has no receipt and stays one.
DROP INDEX hub.uq_parked_message;
CREATE UNIQUE INDEX uq_parked_message ON hub.parked (queue, tenant, message_id, receipt_id) NULLS NOT DISTINCT;
