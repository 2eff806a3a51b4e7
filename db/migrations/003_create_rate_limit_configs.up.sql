-- An organization's token buckets where they differ from the gateway's defaults.
-- A bucket holds burst_units at most and is refilled with limit_units a period, evenly.
CREATE TABLE rate_limit_configs (
    organization_id uuid        NOT NULL REFERENCES organizations (id),
    period          text        NOT NULL CHECK (period IN ('minute', 'day')),
    limit_units     bigint      NOT NULL CHECK (limit_units BETWEEN 1 AND 1000000000000),
    burst_units     bigint      NOT NULL CHECK (burst_units BETWEEN 1 AND 1000000000000),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, period)
);
