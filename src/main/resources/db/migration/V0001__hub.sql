-- Schema hub: what was received, what became of it, and the proof of the sum.
CREATE SCHEMA IF NOT EXISTS hub;

-- The journal: one row per arrival. Partitioned by month of arrival, so that old months are dropped, not deleted.
CREATE TABLE hub.message (
    receipt_id     uuid        NOT NULL,
    received_at    timestamptz NOT NULL,
    message_id     text        NOT NULL,
    tenant         text        NOT NULL,
    connector      text        NOT NULL,
    kind           text        NOT NULL, -- WEBHOOK, POLL, BACKFILL, DETAIL, API, HUB (said by the hub itself)
    outcome        text        NOT NULL, -- at arrival: ACCEPTED, DUPLICATE, IGNORED, PARKED, REJECTED
    reason         text,                 -- why it was rejected, ignored or parked
    content_type   text,
    headers        jsonb,
    raw            bytea,                -- the bytes as received; null for HUB
    canonical      json,                 -- array of the canonical events it became
    refs           text[]      NOT NULL DEFAULT '{}',
    CONSTRAINT pk_message PRIMARY KEY (receipt_id, received_at)
) PARTITION BY RANGE (received_at);
-- Rows below a page stay as they are: compressing each of them would cost more than writing it.
CREATE TABLE hub.message_default PARTITION OF hub.message DEFAULT WITH (toast_tuple_target = 8160);
-- Journey search: messages by any reference.
CREATE INDEX ix_message_refs ON hub.message USING gin (refs);
-- Message lists, newest first, and retention.
CREATE INDEX ix_message_received ON hub.message (received_at);
-- Rejected requests, which are kept up to a number.
CREATE INDEX ix_message_rejected ON hub.message (received_at) WHERE outcome = 'REJECTED';

-- The judge at the door: one row per event of a tenant and connector. The first arrival wins.
CREATE TABLE hub.arrival (
    tenant      text        NOT NULL,
    connector   text        NOT NULL,
    message_id  text        NOT NULL,
    receipt_id  uuid        NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT pk_arrival PRIMARY KEY (tenant, connector, message_id)
);
-- Retention.
CREATE INDEX ix_arrival_received ON hub.arrival USING brin (received_at);

-- The judge of each consumer of canonical messages; commits with the effect.
CREATE TABLE hub.inbox (
    consumer   text        NOT NULL,
    message_id text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_inbox PRIMARY KEY (consumer, message_id)
);
CREATE INDEX ix_inbox_applied ON hub.inbox USING brin (applied_at);

-- Received, accepted, not yet applied: what "pending" counts, and what is stuck when a row grows old.
CREATE TABLE hub.in_flight (
    receipt_id  uuid        NOT NULL,
    tenant      text        NOT NULL,
    connector   text        NOT NULL,
    parts_left  integer     NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT pk_in_flight PRIMARY KEY (receipt_id)
);

-- Counters, changed only in the transaction of what they count.
CREATE TABLE hub.ledger (
    tenant    text   NOT NULL,
    connector text   NOT NULL,
    bucket    text   NOT NULL, -- received, applied, duplicate, rejected, parked
    total     bigint NOT NULL,
    CONSTRAINT pk_ledger PRIMARY KEY (tenant, connector, bucket)
);

-- Work for a person: what failed, with its original bytes.
CREATE TABLE hub.parked (
    id           uuid        NOT NULL,
    parked_at    timestamptz NOT NULL DEFAULT now(),
    tenant       text        NOT NULL,
    connector    text        NOT NULL,
    queue        text        NOT NULL, -- where a replay sends it
    stage        text        NOT NULL, -- the route that failed
    message_id   text        NOT NULL,
    receipt_id   uuid,
    code         text        NOT NULL, -- WASL-nnnn
    reason       text        NOT NULL,
    fingerprint  text        NOT NULL, -- groups failures of one cause
    properties   jsonb       NOT NULL, -- message properties, to send it again exactly
    body         bytea       NOT NULL,
    state        text        NOT NULL DEFAULT 'PARKED', -- PARKED, REPLAYING, RESOLVED, DISCARDED
    in_ledger    boolean     NOT NULL, -- whether the ledger counts it as parked
    replays      integer     NOT NULL DEFAULT 0,
    resolved_at  timestamptz,
    CONSTRAINT pk_parked PRIMARY KEY (id)
);
-- The work list, newest first.
CREATE INDEX ix_parked_open ON hub.parked (parked_at) WHERE state IN ('PARKED', 'REPLAYING');
-- A message that fails twice is one piece of work, also when a replay failed.
CREATE UNIQUE INDEX uq_parked_message ON hub.parked (queue, tenant, message_id);
-- Journey search: what was parked of a message.
CREATE INDEX ix_parked_receipt ON hub.parked (receipt_id);
