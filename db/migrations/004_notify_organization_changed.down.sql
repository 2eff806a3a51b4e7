DROP TRIGGER notify_organization_changed ON rate_limit_configs;
DROP TRIGGER notify_organization_changed ON api_keys;
DROP TRIGGER notify_organization_changed ON organizations;
DROP FUNCTION notify_organization_changed();
