ALTER TABLE organizations DROP COLUMN limits_are_shadow;

-- What the older schema cannot say.
DELETE FROM rate_limit_configs WHERE api_key_id IS NOT NULL OR route IS NOT NULL;

ALTER TABLE rate_limit_configs
    DROP CONSTRAINT rate_limit_configs_once,
    DROP CONSTRAINT rate_limit_configs_subject,
    DROP COLUMN is_shadow,
    DROP COLUMN route,
    DROP COLUMN api_key_id,
    ADD PRIMARY KEY (organization_id, period);

ALTER TABLE api_keys DROP CONSTRAINT api_keys_with_organization;
