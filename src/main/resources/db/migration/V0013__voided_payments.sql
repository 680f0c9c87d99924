-- A void takes a captured payment back before the gateway pays it out: there is no money, no fee, and no refund that the
-- gateway's own report would show. So captured_day of a fact is NULL after a void (captured_at stays), and captured,
-- captured_minor and fees_minor of a day are those of payments that were not voided since.
UPDATE analytics.daily_payment d
SET captured = d.captured - v.captured,
    captured_minor = d.captured_minor - v.captured_minor,
    fees_minor = d.fees_minor - v.fees_minor
FROM (
    SELECT tenant, captured_day AS day, gateway, currency, live, count(*) AS captured,
        coalesce(sum(amount_minor), 0) AS captured_minor, coalesce(sum(fee_minor), 0) AS fees_minor
    FROM analytics.fact_payment
    WHERE status = 'CANCELLED' AND captured_day IS NOT NULL
    GROUP BY tenant, captured_day, gateway, currency, live
) v
WHERE d.tenant = v.tenant AND d.day = v.day AND d.gateway = v.gateway AND d.currency = v.currency AND d.live = v.live;

UPDATE analytics.fact_payment SET captured_day = NULL WHERE status = 'CANCELLED' AND captured_day IS NOT NULL;

COMMENT ON COLUMN analytics.fact_payment.captured_day IS 'NULL after a void';
COMMENT ON COLUMN analytics.daily_payment.captured IS 'captured on the day, and not voided since';
COMMENT ON COLUMN analytics.daily_payment.captured_minor IS 'of those, before refunds';
COMMENT ON COLUMN analytics.daily_payment.fees_minor IS 'of those';
