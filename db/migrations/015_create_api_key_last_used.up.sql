-- When each key was last used, to within a minute or so. Written by the gateways in batches, never once a request,
-- and apart from api_keys so that it neither counts as a change of the key nor has two writers.
CREATE TABLE api_key_last_used (
    api_key_id   uuid        PRIMARY KEY REFERENCES api_keys (id) ON DELETE CASCADE,
    last_used_at timestamptz NOT NULL
);
