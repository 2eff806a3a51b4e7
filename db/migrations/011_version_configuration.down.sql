DROP TRIGGER require_configuration_reload ON rate_limit_configs;
DROP TRIGGER require_configuration_reload ON api_keys;
DROP TRIGGER require_configuration_reload ON organizations;
DROP TRIGGER stamp_organization_version ON rate_limit_configs;
DROP TRIGGER stamp_configuration_version ON api_keys;
DROP TRIGGER stamp_configuration_version ON organizations;
DROP TRIGGER take_configuration_version ON rate_limit_configs;
DROP TRIGGER take_configuration_version ON api_keys;
DROP TRIGGER take_configuration_version ON organizations;

DROP FUNCTION require_configuration_reload();
DROP FUNCTION stamp_organization_version();
DROP FUNCTION stamp_configuration_version();
DROP FUNCTION take_configuration_version();
DROP FUNCTION next_configuration_version();

ALTER TABLE api_keys DROP COLUMN version;
ALTER TABLE organizations DROP COLUMN version;

DROP TABLE configuration_version;
