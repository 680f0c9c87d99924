-- Notifications: what a person is to be told, every try to tell it, and everything that became of it.

-- One row per rule and cause: the row is the promise that it is said once.
CREATE TABLE hub.notification (
    id                  uuid        NOT NULL,
    tenant              text        NOT NULL,
    rule                text        NOT NULL,
    cause               text        NOT NULL, -- delivery/bosta/90000001#OUT_FOR_DELIVERY#1
    subject             text        NOT NULL, -- the canonical subject it is about
    subject_reference   text,                 -- tracking number, payment id: what people search by
    category            text        NOT NULL,
    template            text        NOT NULL,
    language            text        NOT NULL,
    recipient           jsonb       NOT NULL, -- canonical party
    variables           jsonb       NOT NULL, -- formatted values for the templates
    plan                jsonb       NOT NULL, -- the channels in order, with address and policy
    step                integer     NOT NULL DEFAULT 0, -- which channel of the plan is current
    channel             text,                 -- of the current step, or of the first one that would be tried
    provider            text,                 -- connector of the current step
    state               text        NOT NULL, -- Notification.Status of the latest attempt, DELIVERED or READ of any
    attempt_no          integer     NOT NULL DEFAULT 0, -- of the latest attempt
    step_attempts       integer     NOT NULL DEFAULT 0, -- attempts within the current step
    step_deadline_at    timestamptz,          -- when the next channel takes over
    due_at              timestamptz,          -- when to send, as soon as the sender is free; null: nothing to send
    timer_at            timestamptz,          -- when to look again whatever the sender does; null: nothing to wait for
    expires_at          timestamptz NOT NULL, -- after this, telling it would only confuse
    held_code           text,                 -- WASL code of why it waits for a person (or for its recipient)
    error_code          text,
    error_detail        text,
    provider_message_id text,
    event_id            text        NOT NULL, -- canonical event that caused it
    event_time          timestamptz NOT NULL,
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL,
    version             integer     NOT NULL DEFAULT 0, -- grows with every change
    refs                text[]      NOT NULL DEFAULT '{}',
    CONSTRAINT pk_notification PRIMARY KEY (id),
    CONSTRAINT uq_notification_cause UNIQUE (tenant, rule, cause)
);
-- The dispatcher's next sends of one provider.
CREATE INDEX ix_notification_due ON hub.notification (provider, due_at) WHERE due_at IS NOT NULL;
-- The dispatcher's timers: expired leases, evidence windows, deadlines.
CREATE INDEX ix_notification_timer ON hub.notification (timer_at) WHERE timer_at IS NOT NULL;
-- What waits for its recipient or is overtaken by a later event of the same subject.
CREATE INDEX ix_notification_subject ON hub.notification (tenant, subject);
-- Lists, newest first.
CREATE INDEX ix_notification_created ON hub.notification (created_at, id);
-- Work lists: held, unknown.
CREATE INDEX ix_notification_attention ON hub.notification (tenant, state) WHERE held_code IS NOT NULL OR state = 'UNKNOWN';
-- Search by reference.
CREATE INDEX ix_notification_refs ON hub.notification USING gin (refs);

-- One row per call of a provider. Its state only climbs.
CREATE TABLE hub.notification_attempt (
    notification_id     uuid        NOT NULL,
    attempt_no          integer     NOT NULL,
    tenant              text        NOT NULL,
    step                integer     NOT NULL,
    channel             text        NOT NULL,
    provider            text        NOT NULL,
    state               text        NOT NULL,
    outcome             text,                 -- class of a refusal: THROTTLED, RECIPIENT, CONFIG ...
    provider_message_id text,
    request_hash        text        NOT NULL, -- SHA-256 of what was sent; the content itself is not kept
    segments            integer,              -- SMS only: estimate before sending
    error_code          text,
    error_detail        text,
    lease_until         timestamptz NOT NULL, -- after this a try without outcome counts as unknown
    evidence_at         timestamptz,          -- when the provider first proved that it has the message
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL,
    CONSTRAINT pk_notification_attempt PRIMARY KEY (notification_id, attempt_no),
    CONSTRAINT fk_notification_attempt FOREIGN KEY (notification_id) REFERENCES hub.notification (id) ON DELETE CASCADE
);
-- Receipts find their attempt; a provider's id belongs to one attempt only.
CREATE UNIQUE INDEX uq_notification_attempt_provider ON hub.notification_attempt (tenant, provider, provider_message_id)
    WHERE provider_message_id IS NOT NULL;
-- The spend cap: attempts of a tenant and channel within the last hour.
CREATE INDEX ix_notification_attempt_spend ON hub.notification_attempt (tenant, channel, created_at);

-- Everything that was ever said about a notification, and the outbox of what the hub says about it itself.
CREATE TABLE hub.notification_change (
    id              bigint GENERATED ALWAYS AS IDENTITY,
    notification_id uuid        NOT NULL,
    attempt_no      integer     NOT NULL,
    status          text        NOT NULL,
    origin          text        NOT NULL, -- RULE, DISPATCH, TIMER, RECEIPT, PERSON
    applied         boolean     NOT NULL, -- false: recorded, but a higher state stood
    detail          text,                 -- provider's word, error code, reason
    occurred_at     timestamptz NOT NULL,
    recorded_at     timestamptz NOT NULL,
    event_id        text,                 -- set when it is to be published
    event           jsonb,                -- canonical data, until published
    claimed_until   timestamptz,          -- a publisher is at it
    published_at    timestamptz,
    CONSTRAINT pk_notification_change PRIMARY KEY (id),
    CONSTRAINT fk_notification_change FOREIGN KEY (notification_id) REFERENCES hub.notification (id) ON DELETE CASCADE
);
-- The history of one notification.
CREATE INDEX ix_notification_change_history ON hub.notification_change (notification_id, id);
-- The outbox.
CREATE INDEX ix_notification_change_outbox ON hub.notification_change (id)
    WHERE event_id IS NOT NULL AND published_at IS NULL;

-- Receipts whose message nobody knows yet: the provider may report before its answer is saved.
CREATE TABLE hub.notification_receipt (
    event_id            text        NOT NULL,
    tenant              text        NOT NULL,
    provider            text        NOT NULL,
    provider_message_id text        NOT NULL,
    receipt             jsonb       NOT NULL, -- canonical receipt
    received_at         timestamptz NOT NULL,
    CONSTRAINT pk_notification_receipt PRIMARY KEY (tenant, event_id)
);
-- Matching once the provider's id is known.
CREATE INDEX ix_notification_receipt_message ON hub.notification_receipt (tenant, provider, provider_message_id);
-- Forgetting.
CREATE INDEX ix_notification_receipt_received ON hub.notification_receipt (received_at);

-- One row per tenant and provider: rate, and the circuit that opens when the account itself is refused.
CREATE TABLE hub.notification_sender (
    tenant       text        NOT NULL,
    provider     text        NOT NULL,
    free_at      timestamptz NOT NULL, -- when the next message may leave
    circuit_code text,                 -- the provider's code that opened the circuit; null: closed
    opened_at    timestamptz,
    probe_at     timestamptz,          -- when one message may try again
    CONSTRAINT pk_notification_sender PRIMARY KEY (tenant, provider)
);
