-- Where an organization's requests go when not to the default backend. Set by operators only.
-- The addresses are http:// or https:// URLs of the same service; the gateway balances over them.
CREATE TABLE backends (
    organization_id uuid        PRIMARY KEY REFERENCES organizations (id),
    addresses       text[]      NOT NULL CHECK (
        cardinality(addresses) BETWEEN 1 AND 16
        AND array_position(addresses, NULL) IS NULL
        AND array_to_string(addresses, ' ') ~ '^https?://[^[:space:][:cntrl:]]+( https?://[^[:space:][:cntrl:]]+)*$'),
    load_balancing  text        NOT NULL DEFAULT 'power-of-two-choices' CHECK (
        load_balancing IN ('power-of-two-choices', 'least-requests', 'round-robin', 'random', 'first')),
    -- auto: HTTP/2 where TLS negotiates it, else HTTP/1.1. http2: always, also without TLS (gRPC).
    protocol        text        NOT NULL DEFAULT 'auto' CHECK (protocol IN ('auto', 'http2')),
    -- Asked every few seconds; a destination that fails gets no requests. NULL: only what requests show of its health.
    health_path     text        CHECK (health_path ~ '^/[^[:space:][:cntrl:]]*$' AND char_length(health_path) <= 512),
    -- How long a request may go without a byte from the backend. NULL: the gateway's default.
    timeout_seconds integer     CHECK (timeout_seconds BETWEEN 1 AND 3600),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TRIGGER take_configuration_version BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON backends
    FOR EACH STATEMENT EXECUTE FUNCTION take_configuration_version();
CREATE TRIGGER stamp_organization_version AFTER INSERT OR UPDATE OR DELETE ON backends
    FOR EACH ROW EXECUTE FUNCTION stamp_organization_version();
CREATE TRIGGER require_configuration_reload AFTER TRUNCATE ON backends
    FOR EACH STATEMENT EXECUTE FUNCTION require_configuration_reload();
CREATE TRIGGER notify_organization_changed AFTER INSERT OR UPDATE OR DELETE ON backends
    FOR EACH ROW EXECUTE FUNCTION notify_organization_changed('organization_id');
