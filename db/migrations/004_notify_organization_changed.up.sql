-- Tells every gateway at once that what it remembers of an organization (its keys, limits, status) is out of date.
-- The payload is the organization's id and nothing more: notifications can end up in logs.
CREATE FUNCTION notify_organization_changed() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    changed jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
BEGIN
    PERFORM pg_notify('organization_changed', coalesce(changed ->> 'organization_id', changed ->> 'id'));
    RETURN NULL;
END
$$;

CREATE TRIGGER notify_organization_changed AFTER INSERT OR UPDATE OR DELETE ON organizations
    FOR EACH ROW EXECUTE FUNCTION notify_organization_changed();

CREATE TRIGGER notify_organization_changed AFTER INSERT OR UPDATE OR DELETE ON api_keys
    FOR EACH ROW EXECUTE FUNCTION notify_organization_changed();

CREATE TRIGGER notify_organization_changed AFTER INSERT OR UPDATE OR DELETE ON rate_limit_configs
    FOR EACH ROW EXECUTE FUNCTION notify_organization_changed();
