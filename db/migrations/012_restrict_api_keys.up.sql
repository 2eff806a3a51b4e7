-- What a key may do and from where. An empty array means no restriction by networks, and no scope.
ALTER TABLE api_keys
    ADD COLUMN scopes text[] NOT NULL DEFAULT '{}',
    ADD COLUMN allowed_networks cidr[] NOT NULL DEFAULT '{}',
    -- Out of use, and can come back: other than revoked_at, which is for ever.
    ADD COLUMN disabled_at timestamptz;

ALTER TABLE api_keys
    ADD CONSTRAINT api_keys_scopes_check CHECK (
        cardinality(scopes) <= 32
        AND array_position(scopes, NULL) IS NULL
        AND array_to_string(scopes, ' ') ~ '^([a-z0-9][a-z0-9:._-]{0,63}( [a-z0-9][a-z0-9:._-]{0,63})*)?$'),
    ADD CONSTRAINT api_keys_allowed_networks_check CHECK (
        cardinality(allowed_networks) <= 64 AND array_position(allowed_networks, NULL) IS NULL);
