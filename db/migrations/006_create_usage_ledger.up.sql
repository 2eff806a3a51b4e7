-- Exact totals by organization, key, route and hour (UTC): the truth for billing.
-- Written in the same transaction as the rows of usage_events that it counts, and kept when those are dropped.
-- No foreign keys: usage may be in another database than the organizations, and outlives a deleted key.
CREATE TABLE usage_ledger (
    organization_id   uuid        NOT NULL,
    api_key_id        uuid        NOT NULL,
    route             text        NOT NULL,
    hour              timestamptz NOT NULL CHECK (extract(epoch FROM hour) % 3600 = 0),
    requests          bigint      NOT NULL,
    billable_requests bigint      NOT NULL,
    billable_units    bigint      NOT NULL,
    request_bytes     bigint      NOT NULL,
    response_bytes    bigint      NOT NULL,
    updated_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, api_key_id, route, hour)
)
-- The running hour's rows are updated with every batch: room on their page keeps those updates out of the indexes.
WITH (fillfactor = 80);

CREATE INDEX usage_ledger_by_hour ON usage_ledger (organization_id, hour);

-- For charts over all organizations. Rows are made hour after hour, so a block range index is enough and costs nothing.
CREATE INDEX usage_ledger_by_time ON usage_ledger USING brin (hour) WITH (autosummarize);
