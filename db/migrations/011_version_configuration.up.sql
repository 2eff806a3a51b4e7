-- Numbers every change of what gateways keep in memory (organizations, keys, limits, backends), so that each of them can
-- ask for what is newer than what it has, and can say how far it is.
--
-- The one row is locked from a transaction's first change to its end. Versions therefore become visible in their order:
-- whoever sees version n sees every change up to n and will never be surprised by an older one. A sequence cannot promise that.
CREATE TABLE configuration_version (
    only_row       boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version        bigint  NOT NULL,
    -- The last version in which rows disappeared. Who is behind it cannot catch up row by row and reads everything again.
    reload_version bigint  NOT NULL
);

INSERT INTO configuration_version (version, reload_version) VALUES (0, 0);

ALTER TABLE organizations ADD COLUMN version bigint NOT NULL DEFAULT 0;
ALTER TABLE api_keys ADD COLUMN version bigint NOT NULL DEFAULT 0;

CREATE INDEX organizations_by_version ON organizations (version);
CREATE INDEX api_keys_by_version ON api_keys (version);

-- The version of the running transaction: the same one however often it is asked for.
CREATE FUNCTION next_configuration_version() RETURNS bigint
    LANGUAGE plpgsql AS $$
DECLARE
    known         text := current_setting('gateway.configuration_version', true);
    version_taken bigint;
BEGIN
    IF known <> '' THEN
        RETURN known::bigint;
    END IF;
    UPDATE configuration_version SET version = version + 1 RETURNING version INTO STRICT version_taken;
    PERFORM set_config('gateway.configuration_version', version_taken::text, true);
    RETURN version_taken;
END
$$;

-- Before a statement touches its rows: with the version locked first and rows after it, two changes cannot lock each other out.
CREATE FUNCTION take_configuration_version() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM next_configuration_version();
    RETURN NULL;
END
$$;

CREATE FUNCTION stamp_configuration_version() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := next_configuration_version();
    RETURN NEW;
END
$$;

-- Limits and backends are read as a part of their organization.
CREATE FUNCTION stamp_organization_version() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE organizations SET version = next_configuration_version() WHERE id = OLD.organization_id;
    END IF;
    IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND NEW.organization_id <> OLD.organization_id THEN
        UPDATE organizations SET version = next_configuration_version() WHERE id = NEW.organization_id;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION require_configuration_reload() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    UPDATE configuration_version SET reload_version = next_configuration_version();
    -- Deleted rows notify by themselves; truncated ones cannot say whose they were.
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM pg_notify('organization_changed', '');
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER take_configuration_version BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON organizations
    FOR EACH STATEMENT EXECUTE FUNCTION take_configuration_version();
CREATE TRIGGER take_configuration_version BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON api_keys
    FOR EACH STATEMENT EXECUTE FUNCTION take_configuration_version();
CREATE TRIGGER take_configuration_version BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON rate_limit_configs
    FOR EACH STATEMENT EXECUTE FUNCTION take_configuration_version();

CREATE TRIGGER stamp_configuration_version BEFORE INSERT OR UPDATE ON organizations
    FOR EACH ROW EXECUTE FUNCTION stamp_configuration_version();
CREATE TRIGGER stamp_configuration_version BEFORE INSERT OR UPDATE ON api_keys
    FOR EACH ROW EXECUTE FUNCTION stamp_configuration_version();
CREATE TRIGGER stamp_organization_version AFTER INSERT OR UPDATE OR DELETE ON rate_limit_configs
    FOR EACH ROW EXECUTE FUNCTION stamp_organization_version();

CREATE TRIGGER require_configuration_reload AFTER DELETE OR TRUNCATE ON organizations
    FOR EACH STATEMENT EXECUTE FUNCTION require_configuration_reload();
CREATE TRIGGER require_configuration_reload AFTER DELETE OR TRUNCATE ON api_keys
    FOR EACH STATEMENT EXECUTE FUNCTION require_configuration_reload();
CREATE TRIGGER require_configuration_reload AFTER TRUNCATE ON rate_limit_configs
    FOR EACH STATEMENT EXECUTE FUNCTION require_configuration_reload();
