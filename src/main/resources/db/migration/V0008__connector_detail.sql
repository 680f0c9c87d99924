-- How new the details are that were asked for, by the source's clock, so that a poll does not ask again for what a webhook
-- has already brought. Forgotten with the rows around the mark.
CREATE TABLE hub.connector_detail (
    tenant     text        NOT NULL,
    connector  text        NOT NULL,
    reference  text        NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT pk_connector_detail PRIMARY KEY (tenant, connector, reference)
);
