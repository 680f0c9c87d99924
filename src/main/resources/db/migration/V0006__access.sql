-- Who may come in, and what they did.
CREATE TABLE hub.app_user (
    username            text        NOT NULL, -- lower case
    password_hash       text        NOT NULL, -- {bcrypt}...: the prefix names the algorithm
    roles               text[]      NOT NULL, -- VIEWER, OPERATOR, ADMIN, AUDITOR
    enabled             boolean     NOT NULL DEFAULT true,
    created_at          timestamptz NOT NULL DEFAULT now(),
    password_changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_app_user PRIMARY KEY (username),
    CONSTRAINT ck_app_user_lower CHECK (username = lower(username))
);

-- Keys of back-office systems. Only a hash is kept: a key is long and random, so a fast hash is enough.
CREATE TABLE hub.api_key (
    id           uuid        NOT NULL,
    name         text        NOT NULL, -- the system that uses it
    key_hash     text        NOT NULL, -- SHA-256, hex
    scopes       text[]      NOT NULL,
    tenants      text[],               -- these only; null for every tenant
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    last_used_at timestamptz,          -- to the minute
    revoked_at   timestamptz,
    CONSTRAINT pk_api_key PRIMARY KEY (id),
    CONSTRAINT uq_api_key_name UNIQUE (name),
    -- Finds the key of a request.
    CONSTRAINT uq_api_key_hash UNIQUE (key_hash)
);

-- What people and systems changed. Rows are only ever added.
CREATE TABLE hub.audit (
    id         bigint      GENERATED ALWAYS AS IDENTITY,
    at         timestamptz NOT NULL,
    actor      text        NOT NULL,
    actor_kind text        NOT NULL, -- USER, API_KEY, HUB
    action     text        NOT NULL, -- parked.replay, backfill.create, ...
    target     text        NOT NULL,
    tenant     text,
    reason     text,
    ip         text,
    CONSTRAINT pk_audit PRIMARY KEY (id)
);
-- The audit page, newest first, and exports of a period.
CREATE INDEX ix_audit_at ON hub.audit (at);

CREATE FUNCTION hub.refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'hub.audit is append-only';
END
$$;
CREATE TRIGGER tr_audit_append_only BEFORE UPDATE OR DELETE ON hub.audit
    FOR EACH ROW EXECUTE FUNCTION hub.refuse_audit_change();
CREATE TRIGGER tr_audit_no_truncate BEFORE TRUNCATE ON hub.audit
    FOR EACH STATEMENT EXECUTE FUNCTION hub.refuse_audit_change();
