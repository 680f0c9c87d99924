-- A code means something else for a delivery that crosses a border, and some channels do not know whether it does. What
-- they told is shown by the other meaning once it is known.
ALTER TABLE crm.delivery_state
    ADD COLUMN status_abroad text; -- null when it means the same

-- Deliveries that somebody should look at, the newest change first.
CREATE INDEX ix_delivery_unexpected ON crm.delivery (tenant, updated_at DESC, id DESC) WHERE unexpected;
