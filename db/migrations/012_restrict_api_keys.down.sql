ALTER TABLE api_keys
    DROP COLUMN disabled_at,
    DROP COLUMN allowed_networks,
    DROP COLUMN scopes;
