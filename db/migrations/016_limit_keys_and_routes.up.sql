-- For foreign keys that also say whose key it is.
ALTER TABLE api_keys ADD CONSTRAINT api_keys_with_organization UNIQUE (id, organization_id);

-- Limits of single keys and of an organization's requests over one route, besides those of the whole organization.
ALTER TABLE rate_limit_configs
    ADD COLUMN api_key_id uuid,
    ADD COLUMN route      text CHECK (char_length(route) BETWEEN 1 AND 200 AND route !~ '[[:cntrl:]]'),
    -- Decide and count, but do not refuse: how a new limit is tried out.
    ADD COLUMN is_shadow  boolean NOT NULL DEFAULT false,
    -- What it limits is the organization, one of its keys, or one route; the latter two by the minute only.
    ADD CONSTRAINT rate_limit_configs_subject CHECK (
        api_key_id IS NULL AND route IS NULL OR num_nonnulls(api_key_id, route) = 1 AND period = 'minute'),
    -- A limit is never for another organization's key: it would limit nothing.
    ADD CONSTRAINT rate_limit_configs_key FOREIGN KEY (api_key_id, organization_id)
        REFERENCES api_keys (id, organization_id) ON DELETE CASCADE,
    DROP CONSTRAINT rate_limit_configs_pkey,
    ADD CONSTRAINT rate_limit_configs_once UNIQUE NULLS NOT DISTINCT (organization_id, period, api_key_id, route);

-- So that deleting a key need not read all limits.
CREATE INDEX rate_limit_configs_by_key ON rate_limit_configs (api_key_id) WHERE api_key_id IS NOT NULL;

-- All of an organization's limits in shadow: how a customer is brought behind the gateway without a surprise.
ALTER TABLE organizations ADD COLUMN limits_are_shadow boolean NOT NULL DEFAULT false;
