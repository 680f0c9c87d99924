-- Reconciliation goes round: whoever was not heard of for the longest and not asked about either is next. It is kept with the
-- delivery, so that it lasts as long as the delivery and is found by an index.
ALTER TABLE crm.delivery
    ADD COLUMN asked_at timestamptz; -- when its courier was last asked about it; null when a message about it came since
DROP INDEX crm.ix_delivery_open;
-- Open deliveries, the longest silent first.
CREATE INDEX ix_delivery_open ON crm.delivery (tenant, courier, greatest(last_receipt_at, asked_at)) WHERE NOT terminal;
DROP TABLE hub.connector_check;

-- Details tell the time of their last change in whole seconds only; within the second, the state decides.
ALTER TABLE hub.connector_detail ADD COLUMN state_code integer; -- the source's code of the state; null when it did not say
