-- API keys, by the SHA-256 of the key. The key itself is never stored; its first 12 characters are, to recognize it by.
CREATE TABLE api_keys (
    id              uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id uuid        NOT NULL REFERENCES organizations (id),
    name            text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200 AND name !~ '[[:cntrl:]]'),
    key_hash        bytea       NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
    key_prefix      text        NOT NULL CHECK (char_length(key_prefix) = 12),
    rotated_from    uuid        REFERENCES api_keys (id),
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz,
    revoked_at      timestamptz
);

CREATE INDEX api_keys_by_organization ON api_keys (organization_id, created_at);

-- A key is rotated once: its successor is the one to rotate next.
CREATE UNIQUE INDEX api_keys_rotated_once ON api_keys (rotated_from);
