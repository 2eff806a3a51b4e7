ALTER FUNCTION keep_raw_usage(integer) SECURITY INVOKER RESET search_path;
ALTER FUNCTION require_configuration_reload() SECURITY INVOKER RESET search_path;
ALTER FUNCTION stamp_organization_version() SECURITY INVOKER RESET search_path;
ALTER FUNCTION stamp_configuration_version() SECURITY INVOKER RESET search_path;
ALTER FUNCTION take_configuration_version() SECURITY INVOKER RESET search_path;
