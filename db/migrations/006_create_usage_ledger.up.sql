-- Exact totals by organization, key, route and hour (UTC): the truth for billing.
-- Written in the same transaction as the rows of usage_events that it counts, and kept when those are dropped.
CREATE TABLE usage_ledger (
    organization_id   uuid        NOT NULL,
    api_key_id        uuid        NOT NULL,
    route             text        NOT NULL,
    hour              timestamptz NOT NULL,
    requests          bigint      NOT NULL,
    billable_requests bigint      NOT NULL,
    billable_units    bigint      NOT NULL,
    request_bytes     bigint      NOT NULL,
    response_bytes    bigint      NOT NULL,
    updated_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, api_key_id, route, hour)
);

CREATE INDEX usage_ledger_by_hour ON usage_ledger (organization_id, hour);
