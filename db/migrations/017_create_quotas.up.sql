-- How many units an organization may use in a calendar month.
CREATE TABLE quotas (
    organization_id uuid        PRIMARY KEY REFERENCES organizations (id),
    units_per_month bigint      NOT NULL CHECK (units_per_month BETWEEN 1 AND 1000000000000),
    -- hard: what is over it is refused. soft: it is let through, flagged and counted.
    enforcement     text        NOT NULL DEFAULT 'hard' CHECK (enforcement IN ('hard', 'soft')),
    -- Whose midnight a month begins at; an unknown name is an error of this check.
    time_zone       text        NOT NULL DEFAULT 'UTC' CHECK (timezone(time_zone, timestamptz '2000-01-01') IS NOT NULL),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TRIGGER take_configuration_version BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON quotas
    FOR EACH STATEMENT EXECUTE FUNCTION take_configuration_version();
CREATE TRIGGER stamp_organization_version AFTER INSERT OR UPDATE OR DELETE ON quotas
    FOR EACH ROW EXECUTE FUNCTION stamp_organization_version();
CREATE TRIGGER require_configuration_reload AFTER TRUNCATE ON quotas
    FOR EACH STATEMENT EXECUTE FUNCTION require_configuration_reload();
CREATE TRIGGER notify_organization_changed AFTER INSERT OR UPDATE OR DELETE ON quotas
    FOR EACH ROW EXECUTE FUNCTION notify_organization_changed('organization_id');

-- That a month's use has reached a part of its quota, written once by whichever gateway sees it first.
-- A quota that is changed can be reached anew.
CREATE TABLE quota_alerts (
    organization_id uuid        NOT NULL,
    month_start     timestamptz NOT NULL,
    quota_units     bigint      NOT NULL,
    threshold       integer     NOT NULL CHECK (threshold IN (80, 100)),
    used_units      bigint      NOT NULL,
    raised_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, month_start, quota_units, threshold)
);
