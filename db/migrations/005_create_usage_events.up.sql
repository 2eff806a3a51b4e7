-- One row per authenticated request, exactly once: the primary key refuses every copy.
-- occurred_at is part of it because TimescaleDB wants its partitioning column there; it never changes on a retry.
-- No foreign keys: usage may be in another database than the organizations, and a look-up for each event would cost
-- more than the event.
CREATE TABLE usage_events (
    event_id        uuid        NOT NULL,
    occurred_at     timestamptz NOT NULL,
    source          text        NOT NULL,
    sequence        bigint      NOT NULL,
    organization_id uuid        NOT NULL,
    api_key_id      uuid        NOT NULL,
    request_id      uuid        NOT NULL,
    route           text        NOT NULL,
    method          text        NOT NULL,
    path            text        NOT NULL,
    status          smallint    NOT NULL,
    outcome         text        NOT NULL,
    billable        boolean     NOT NULL,
    units           bigint      NOT NULL CHECK (units >= 0),
    duration_us     bigint      NOT NULL,
    backend_us      bigint      NOT NULL,
    request_bytes   bigint      NOT NULL,
    response_bytes  bigint      NOT NULL,
    recorded_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, occurred_at)
);

CREATE INDEX usage_events_by_organization ON usage_events (organization_id, occurred_at DESC);

-- Rows arrive nearly in the order of their time, so a block range index finds the newest hour at next to no cost of writing.
CREATE INDEX usage_events_by_time ON usage_events USING brin (occurred_at) WITH (autosummarize);
