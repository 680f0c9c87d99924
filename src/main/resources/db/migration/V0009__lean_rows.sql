-- The hub wrote this JSON itself; PostgreSQL need not parse it again with every message.
ALTER TABLE hub.message ALTER COLUMN canonical TYPE text;

-- Merged customers, when their survivor is merged in turn.
CREATE INDEX ix_customer_merged ON crm.customer (merged_into) WHERE merged_into IS NOT NULL;
