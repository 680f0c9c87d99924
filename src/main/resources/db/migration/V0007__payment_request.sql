-- Money that is expected: asked for through the hub, told by callbacks that prove nothing, recorded by people, paid out.
CREATE TABLE hub.payment_request (
    id                 uuid        NOT NULL,
    tenant             text        NOT NULL,
    connector          text        NOT NULL,
    reference          text        NOT NULL, -- the back office's own number
    content_digest     text        NOT NULL, -- SHA-256 of what was asked; tells a repetition from a second use of the number
    amount_minor       bigint      NOT NULL, -- as asked
    currency           text        NOT NULL,
    expected_minor     bigint      NOT NULL, -- what a confirmation must say; as asked, until a person corrects it
    expected_currency  text        NOT NULL,
    expected_reference text        NOT NULL,
    customer           jsonb       NOT NULL,
    description        text,
    return_url         text,
    callback_hash      text        NOT NULL, -- SHA-256 of the callback token, hex
    sealed             bytea       NOT NULL, -- callback token and the connector's state, AES-GCM
    asked_by           text        NOT NULL, -- login or API key
    created_at         timestamptz NOT NULL,
    expires_at         timestamptz NOT NULL, -- the later of what was asked and what the gateway said
    status             text        NOT NULL, -- STARTING, PENDING, AUTHORISED, FAILED, CANCELLED, EXPIRED, REFUSED, PAID
    status_at          timestamptz NOT NULL, -- event time of the statement that the status rests on; 1970 before the first
    started_at         timestamptz,          -- when the gateway took it
    gateway_order_id   text,
    gateway_payment_id text,                 -- of the payment that the status rests on
    link               text,                 -- where the customer pays
    next_query_at      timestamptz,          -- when the gateway is asked next; null when nothing more is expected
    claimed_until      timestamptz,          -- somebody talks to the gateway until then
    tries              integer     NOT NULL DEFAULT 0,
    queried_at         timestamptz,
    answer_digest      text,                 -- of the last answer; the same answer is not stored again
    error_code         text,                 -- WASL-nnnn of the last call, null when it went well
    error              text,
    callback_at        timestamptz,          -- the first callback heard of it
    told               jsonb,                -- the canonical payment of the last callback without proof, for its identifiers
    confirmed_at       timestamptz,          -- when the status became final
    repaired           boolean     NOT NULL DEFAULT false, -- confirmed by asking, no callback had come
    mismatch           text,                 -- what differs in a confirmation that is in quarantine; null when none is
    mismatch_at        timestamptz,
    CONSTRAINT pk_payment_request PRIMARY KEY (id),
    CONSTRAINT uq_payment_request_reference UNIQUE (tenant, reference),
    CONSTRAINT uq_payment_request_callback UNIQUE (callback_hash)
);
-- Confirmations find their request by what the gateway calls it. With the tenant: before the first statistics PostgreSQL takes
-- every index that begins with the tenant for as good, and walks all of the tenant's rows.
CREATE INDEX ix_payment_request_order ON hub.payment_request (tenant, gateway_order_id) WHERE gateway_order_id IS NOT NULL;
CREATE INDEX ix_payment_request_payment ON hub.payment_request (tenant, gateway_payment_id) WHERE gateway_payment_id IS NOT NULL;
-- The next to ask about.
CREATE INDEX ix_payment_request_due ON hub.payment_request (connector, next_query_at) WHERE next_query_at IS NOT NULL;
-- Lists of a tenant and reports of a period, newest first.
CREATE INDEX ix_payment_request_created ON hub.payment_request (tenant, created_at DESC, id DESC);
-- What has not ended, for health and reports.
CREATE INDEX ix_payment_request_open ON hub.payment_request (tenant, connector) WHERE status IN ('STARTING', 'PENDING');
-- What is in quarantine.
CREATE INDEX ix_payment_request_mismatch ON hub.payment_request (tenant) WHERE mismatch IS NOT NULL;

-- Payments that nobody asked for through the hub and that a callback told of without proof: the gateway is asked.
CREATE TABLE hub.payment_query (
    id            uuid        NOT NULL,
    tenant        text        NOT NULL,
    connector     text        NOT NULL,
    payment_key   text        NOT NULL, -- the gateway's payment, as the callback named it
    told          jsonb       NOT NULL, -- the canonical payment of the callback; only its identifiers are used
    created_at    timestamptz NOT NULL,
    next_query_at timestamptz,          -- null when given up
    claimed_until timestamptz,
    tries         integer     NOT NULL DEFAULT 0,
    queried_at    timestamptz,
    answer_digest text,
    error_code    text,
    error         text,
    CONSTRAINT pk_payment_query PRIMARY KEY (id),
    CONSTRAINT uq_payment_query_key UNIQUE (tenant, connector, payment_key)
);
-- The next to ask about.
CREATE INDEX ix_payment_query_due ON hub.payment_query (connector, next_query_at) WHERE next_query_at IS NOT NULL;

-- Cash and bank transfers that a person or a back office vouches for.
CREATE TABLE hub.payment_record (
    id             uuid        NOT NULL,
    tenant         text        NOT NULL,
    reference      text        NOT NULL, -- the order or invoice
    receipt        text        NOT NULL, -- tells several payments of one order apart; empty when there is one
    content_digest text        NOT NULL,
    method         text        NOT NULL, -- cash, bank-transfer
    amount_minor   bigint      NOT NULL,
    currency       text        NOT NULL,
    customer       jsonb       NOT NULL,
    occurred_at    timestamptz NOT NULL,
    note           text,
    recorded_by    text        NOT NULL,
    recorded_at    timestamptz NOT NULL,
    written_at     timestamptz,          -- when the broker had it; null after a crash in between, then it is written again
    CONSTRAINT pk_payment_record PRIMARY KEY (id),
    CONSTRAINT uq_payment_record UNIQUE (tenant, reference, receipt)
);
-- What a crash kept from the broker.
CREATE INDEX ix_payment_record_unwritten ON hub.payment_record (recorded_at) WHERE written_at IS NULL;

-- What gateways paid out, as the bank statement or the gateway's report says.
CREATE TABLE hub.payment_settlement (
    id             uuid        NOT NULL,
    tenant         text        NOT NULL,
    gateway        text        NOT NULL, -- as in crm.payment
    payout         text        NOT NULL, -- the gateway's or the bank's number of it
    content_digest text        NOT NULL,
    amount_minor   bigint      NOT NULL, -- what arrived
    fees_minor     bigint      NOT NULL, -- what was kept of it, as the gateway says
    currency       text        NOT NULL,
    paid_on        date        NOT NULL,
    note           text,
    recorded_by    text        NOT NULL,
    recorded_at    timestamptz NOT NULL,
    CONSTRAINT pk_payment_settlement PRIMARY KEY (id),
    CONSTRAINT uq_payment_settlement UNIQUE (tenant, gateway, payout)
);
-- Reports of a period.
CREATE INDEX ix_payment_settlement_day ON hub.payment_settlement (tenant, paid_on);

-- The key that payment_request.sealed is encrypted with, where no wasl.payments.state-key is set and the database is not the
-- hub's own: several hubs must agree on one. It lies beside what it encrypts, which the log says at every start.
CREATE TABLE hub.payment_state_key (
    only_one boolean NOT NULL DEFAULT true,
    key      bytea   NOT NULL,
    CONSTRAINT pk_payment_state_key PRIMARY KEY (only_one),
    CONSTRAINT ck_payment_state_key_only_one CHECK (only_one)
);
