-- Schema analytics: one fact per thing and sums per day, folded from canonical messages, never read from the CRM.
-- Days are days of the tenant's time zone. Facts hold no names, phones, e-mail or street addresses.
CREATE SCHEMA IF NOT EXISTS analytics;

CREATE TABLE analytics.fact_delivery (
    tenant              text        NOT NULL,
    courier             text        NOT NULL,
    tracking_number     text        NOT NULL,
    kind                text        NOT NULL, -- OTHER until told
    status              text        NOT NULL,
    succeeded           boolean,
    city                text,
    zone                text,
    currency            text        NOT NULL, -- the tenant's until told
    cod_minor           bigint,
    cod_collected_minor bigint,
    fees_minor          bigint,               -- without tax
    net_deposited_minor bigint,
    attempts            integer     NOT NULL,
    failed_attempt_days jsonb,                -- {"2026-01-11": 1}
    created_at          timestamptz NOT NULL,
    delivered_at        timestamptz,
    returned_at         timestamptz,
    ended_at            timestamptz,
    deposited_at        timestamptz,
    sla_order_exceeded  boolean,
    sla_e2e_exceeded    boolean,
    created_day         date        NOT NULL,
    ended_day           date,                 -- delivered, returned, cancelled or lost: see status
    collected_day       date,
    deposited_day       date,
    observed_at         timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL,
    fold                jsonb       NOT NULL, -- what judging the next message needs; not for reading
    CONSTRAINT pk_fact_delivery PRIMARY KEY (tenant, courier, tracking_number)
);

CREATE TABLE analytics.fact_attempt (
    tenant             text        NOT NULL,
    courier            text        NOT NULL,
    tracking_number    text        NOT NULL,
    attempt_id         text        NOT NULL,
    type               text        NOT NULL,
    outcome            text        NOT NULL,
    attempted_at       timestamptz,
    attempted_day      date,
    succeeded_at       timestamptz,
    exception_code     integer,
    exception_category text,
    exception_reason   text,
    cod_minor          bigint,
    currency           text,
    hub                text,
    told_at            timestamptz NOT NULL,
    told_weight        integer     NOT NULL,
    CONSTRAINT pk_fact_attempt PRIMARY KEY (tenant, courier, tracking_number, attempt_id)
);

CREATE TABLE analytics.fact_payment (
    tenant             text        NOT NULL,
    gateway            text        NOT NULL,
    gateway_payment_id text        NOT NULL,
    gateway_order_id   text,
    merchant_reference text,
    status             text        NOT NULL,
    currency           text        NOT NULL, -- the tenant's until told
    live               boolean     NOT NULL,
    method             text,
    amount_minor       bigint,
    stated_minor       bigint,
    captured_minor     bigint,
    refunded_minor     bigint      NOT NULL,
    disputed_minor     bigint,
    fee_minor          bigint,
    failure_code       text,
    failure_message    text,
    authenticity       text,
    refund_days        jsonb,                -- {"2026-01-11": 500}; minor units
    first_at           timestamptz NOT NULL,
    captured_at        timestamptz,
    status_at          timestamptz NOT NULL,
    first_day          date        NOT NULL,
    captured_day       date,
    status_day         date        NOT NULL,
    updated_at         timestamptz NOT NULL,
    fold               jsonb       NOT NULL, -- what judging the next message needs; not for reading
    CONSTRAINT pk_fact_payment PRIMARY KEY (tenant, gateway, gateway_payment_id)
);

CREATE TABLE analytics.fact_notification (
    tenant              text        NOT NULL,
    direction           text        NOT NULL, -- OUT
    notification_id     text        NOT NULL,
    rule                text        NOT NULL,
    cause               text        NOT NULL,
    channel             text        NOT NULL, -- of the attempt that counts
    provider            text,
    attempt_no          integer     NOT NULL,
    status              text        NOT NULL,
    status_at           timestamptz NOT NULL,
    language            text,
    template            text,
    subject_reference   text,
    error_code          text,
    requested_at        timestamptz NOT NULL,
    delivered_at        timestamptz,
    read_at             timestamptz,
    requested_day       date        NOT NULL,
    status_day          date        NOT NULL,
    delivered_day       date,
    read_day            date,
    updated_at          timestamptz NOT NULL,
    fold                jsonb       NOT NULL, -- what judging the next message needs; not for reading
    CONSTRAINT pk_fact_notification PRIMARY KEY (tenant, direction, notification_id)
);

-- Every number is counted on the day of its own event: one delivery can add to several days.
CREATE TABLE analytics.daily_delivery (
    tenant              text   NOT NULL,
    day                 date   NOT NULL,
    courier             text   NOT NULL,
    kind                text   NOT NULL,
    currency            text   NOT NULL,
    created             bigint NOT NULL DEFAULT 0, -- made on the day
    cod_expected_minor  bigint NOT NULL DEFAULT 0, -- of those, to collect
    cod_refund_minor    bigint NOT NULL DEFAULT 0, -- of those, to pay out to customers, as a positive amount
    delivered           bigint NOT NULL DEFAULT 0, -- ended so on the day, and still so
    returned            bigint NOT NULL DEFAULT 0,
    cancelled           bigint NOT NULL DEFAULT 0, -- cancelled, terminated
    lost                bigint NOT NULL DEFAULT 0, -- lost, damaged
    succeeded           bigint NOT NULL DEFAULT 0, -- ended as meant: delivered, or returned where that was the point
    fees_minor          bigint NOT NULL DEFAULT 0, -- of those that ended on the day
    failed_attempts     bigint NOT NULL DEFAULT 0,
    cod_collected_minor bigint NOT NULL DEFAULT 0,
    net_deposited_minor bigint NOT NULL DEFAULT 0, -- paid out by the courier on the day
    CONSTRAINT pk_daily_delivery PRIMARY KEY (tenant, day, courier, kind, currency)
);

CREATE TABLE analytics.daily_payment (
    tenant         text    NOT NULL,
    day            date    NOT NULL,
    gateway        text    NOT NULL,
    currency       text    NOT NULL,
    live           boolean NOT NULL,
    created        bigint  NOT NULL DEFAULT 0, -- first heard of on the day
    captured       bigint  NOT NULL DEFAULT 0,
    captured_minor bigint  NOT NULL DEFAULT 0, -- before refunds
    fees_minor     bigint  NOT NULL DEFAULT 0, -- of those captured on the day
    failed         bigint  NOT NULL DEFAULT 0, -- failed on the day, and still so
    refunded_minor bigint  NOT NULL DEFAULT 0, -- refunded on the day, less refunds that failed on it
    disputed       bigint  NOT NULL DEFAULT 0, -- disputed, lost, won or reversed on the day, and still so
    CONSTRAINT pk_daily_payment PRIMARY KEY (tenant, day, gateway, currency, live)
);

CREATE TABLE analytics.daily_notification (
    tenant    text   NOT NULL,
    day       date   NOT NULL,
    channel   text   NOT NULL,
    rule      text   NOT NULL,
    requested bigint NOT NULL DEFAULT 0,
    delivered bigint NOT NULL DEFAULT 0, -- reported as delivered on the day
    read      bigint NOT NULL DEFAULT 0,
    failed    bigint NOT NULL DEFAULT 0, -- failed on the day, and still so
    CONSTRAINT pk_daily_notification PRIMARY KEY (tenant, day, channel, rule)
);
