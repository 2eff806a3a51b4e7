-- Tells every gateway at once that what it remembers of an organization (its keys, limits, status) is out of date.
-- The payload is the organization's id and nothing more: notifications can end up in logs.
CREATE FUNCTION notify_organization_changed() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    organization_column text := TG_ARGV[0];
BEGIN
    -- Both sides of an update: a row that moves to another organization changes two of them. PostgreSQL sends equal
    -- notifications of one transaction once, and none if it rolls back.
    IF TG_OP <> 'INSERT' THEN
        PERFORM pg_notify('organization_changed', to_jsonb(OLD) ->> organization_column);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM pg_notify('organization_changed', to_jsonb(NEW) ->> organization_column);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER notify_organization_changed AFTER INSERT OR UPDATE OR DELETE ON organizations
    FOR EACH ROW EXECUTE FUNCTION notify_organization_changed('id');

CREATE TRIGGER notify_organization_changed AFTER INSERT OR UPDATE OR DELETE ON api_keys
    FOR EACH ROW EXECUTE FUNCTION notify_organization_changed('organization_id');

CREATE TRIGGER notify_organization_changed AFTER INSERT OR UPDATE OR DELETE ON rate_limit_configs
    FOR EACH ROW EXECUTE FUNCTION notify_organization_changed('organization_id');
