-- Only the hub reads these, and whole: PostgreSQL need not take them apart with every row.
ALTER TABLE crm.delivery ALTER COLUMN fold TYPE json;
ALTER TABLE crm.payment ALTER COLUMN fold TYPE json;
ALTER TABLE crm.interaction ALTER COLUMN fold TYPE json;
ALTER TABLE analytics.fact_delivery ALTER COLUMN fold TYPE json;
ALTER TABLE analytics.fact_payment ALTER COLUMN fold TYPE json;
ALTER TABLE analytics.fact_notification ALTER COLUMN fold TYPE json;
