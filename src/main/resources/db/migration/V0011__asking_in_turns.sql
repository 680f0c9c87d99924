-- Reconciliation goes round: whoever was not heard of for the longest and not asked about either is next. It is kept with the
-- delivery, so that it lasts as long as the delivery and is found by an index.
ALTER TABLE crm.delivery
    ADD COLUMN asked_at timestamptz; -- when its courier was last asked about it; null when a message about it came since
DROP INDEX crm.ix_delivery_open;
-- Open deliveries, the longest silent first.
CREATE INDEX ix_delivery_open ON crm.delivery (tenant, courier, greatest(last_receipt_at, asked_at)) WHERE NOT terminal;
DROP TABLE hub.connector_check;
-- Deliveries whose cash the courier has not paid out, as far as known; the latest ended are asked about.
CREATE INDEX ix_delivery_unpaid ON crm.delivery (tenant, courier, status_at)
    WHERE terminal AND succeeded AND cashout_at IS NULL AND greatest(cod_minor, cod_collected_minor) > 0;

-- Details tell the time of their last change in whole seconds only; within the second, the state decides.
ALTER TABLE hub.connector_detail ADD COLUMN state_code integer; -- the source's code of the state; null when it did not say

-- The request budget as the leading instance last saw it, for those who look at another one.
ALTER TABLE hub.connector_sync
    ADD COLUMN budget_source text,             -- the server; null before the first beat
    ADD COLUMN budget_limit  double precision, -- calls a second as configured; null when there is no limit
    ADD COLUMN budget_rate   double precision, -- calls a second at the moment; null when there is no limit
    ADD COLUMN budget_used   bigint;           -- calls in the last hour, of everybody who calls the server
