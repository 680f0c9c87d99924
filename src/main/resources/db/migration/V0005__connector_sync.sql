-- What connectors that ask (instead of being told) remember: how far they are, what they still want, what they did.
-- Any instance reads and commands through these tables; only the leading instance works.

CREATE TABLE hub.connector_sync (
    tenant           text        NOT NULL,
    connector        text        NOT NULL,
    mark             timestamptz,           -- every change up to here was stored
    gap_top          timestamptz,           -- after a run that ended early: everything newer than the gap, up to here, was stored
    gap_offset       integer,               -- and at least so many rows come before the gap
    paused           boolean     NOT NULL DEFAULT false,
    run_requested_at timestamptz,
    phase            text        NOT NULL DEFAULT 'STANDBY', -- RUNNING, IDLE, BLOCKED, NEEDS_ATTENTION, STANDBY
    beat_at          timestamptz,           -- when the leader last said so
    blocked_until    timestamptz,
    last_run_at      timestamptz,
    last_success_at  timestamptz,
    error_code       text,                  -- WASL-nnnn
    error            text,
    error_at         timestamptz,
    rows_seen        bigint      NOT NULL DEFAULT 0,
    rows_changed     bigint      NOT NULL DEFAULT 0,
    details          bigint      NOT NULL DEFAULT 0,
    inconsistent     bigint      NOT NULL DEFAULT 0, -- listed by the source, but not found when asked for
    calls            bigint      NOT NULL DEFAULT 0,
    throttled        bigint      NOT NULL DEFAULT 0,
    CONSTRAINT pk_connector_sync PRIMARY KEY (tenant, connector)
);

-- The rows around the mark: what a poll reads again without passing it on again.
CREATE TABLE hub.connector_seen (
    tenant      text        NOT NULL,
    connector   text        NOT NULL,
    external_id text        NOT NULL,
    changed_at  timestamptz NOT NULL, -- by the source's clock
    digest      text        NOT NULL, -- of the row's content
    CONSTRAINT pk_connector_seen PRIMARY KEY (tenant, connector, external_id)
);

-- Things to ask for one by one.
CREATE TABLE hub.connector_want (
    tenant       text        NOT NULL,
    connector    text        NOT NULL,
    reference    text        NOT NULL, -- the source's number of the thing
    priority     smallint    NOT NULL, -- 0 is the most urgent
    reason       text        NOT NULL, -- CHANGED, WEBHOOK, RECONCILE, BACKFILL, USER
    known_state  integer,              -- for RECONCILE: the state as known, to tell whether asking repaired something
    wanted_at    timestamptz NOT NULL,
    generation   integer     NOT NULL DEFAULT 0, -- grows when it is wanted again, so that an older answer does not end it
    attempts     integer     NOT NULL DEFAULT 0,
    misses       integer     NOT NULL DEFAULT 0, -- how often the source did not know it
    next_at      timestamptz NOT NULL,
    error        text,
    given_up_at  timestamptz,
    CONSTRAINT pk_connector_want PRIMARY KEY (tenant, connector, reference)
);
-- The next thing to ask for, the most urgent and then the oldest first.
CREATE INDEX ix_connector_want_next ON hub.connector_want (tenant, connector, priority, wanted_at)
    WHERE given_up_at IS NULL;

-- When an open thing was last asked for, so that reconciliation goes round instead of asking for the same again.
CREATE TABLE hub.connector_check (
    tenant     text        NOT NULL,
    connector  text        NOT NULL,
    reference  text        NOT NULL,
    checked_at timestamptz NOT NULL,
    CONSTRAINT pk_connector_check PRIMARY KEY (tenant, connector, reference)
);
-- Forgetting old checks.
CREATE INDEX ix_connector_check_at ON hub.connector_check (tenant, connector, checked_at);

-- How many changes only reconciliation found, by day (UTC).
CREATE TABLE hub.connector_repair (
    tenant    text   NOT NULL,
    connector text   NOT NULL,
    day       date   NOT NULL,
    repaired  bigint NOT NULL,
    CONSTRAINT pk_connector_repair PRIMARY KEY (tenant, connector, day)
);

-- Readings of the past; the cursor moves only over pages that are stored.
CREATE TABLE hub.connector_backfill (
    id            uuid        NOT NULL,
    tenant        text        NOT NULL,
    connector     text        NOT NULL,
    state         text        NOT NULL, -- RUNNING, PAUSED, CANCELLED, DONE
    created_from  timestamptz,
    created_to    timestamptz,
    page_size     integer     NOT NULL,
    with_details  boolean     NOT NULL,
    next_page     integer     NOT NULL DEFAULT 1,
    pages         bigint      NOT NULL DEFAULT 0,
    rows_stored   bigint      NOT NULL DEFAULT 0,
    calls         bigint      NOT NULL DEFAULT 0,
    newest_at     timestamptz,          -- creation time of the first row
    reached_at    timestamptz,          -- creation time of the last row stored
    source_total  bigint,               -- what the source says it has; only ever shown, never relied upon
    busy_ms       bigint      NOT NULL DEFAULT 0,
    started_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    error         text,
    CONSTRAINT pk_connector_backfill PRIMARY KEY (id)
);
-- One at a time.
CREATE UNIQUE INDEX uq_connector_backfill_active ON hub.connector_backfill (tenant, connector)
    WHERE state IN ('RUNNING', 'PAUSED');
-- The latest of a connector.
CREATE INDEX ix_connector_backfill_started ON hub.connector_backfill (tenant, connector, started_at);

-- What a server said about its limit, for the next start.
CREATE TABLE hub.request_budget (
    source        text             NOT NULL,
    blocked_until timestamptz      NOT NULL,
    rate          double precision NOT NULL,
    changed_at    timestamptz      NOT NULL,
    CONSTRAINT pk_request_budget PRIMARY KEY (source)
);
