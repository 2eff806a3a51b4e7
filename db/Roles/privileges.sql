-- What each of our roles may do, and nothing else. Set anew by gateway-db roles, and by gateway-db up where the roles exist.
-- A table or function that is not named here is nobody's but its owner's; tests/Database/Roles decides for each.

-- First everything is taken, from PUBLIC as well: PostgreSQL lets everybody execute every function. What belongs to others or
-- to an extension is left as it is.
DO $privileges$
DECLARE
    ours     text := current_schema();
    roles    text := 'gateway_service, gateway_processor, gateway_operator, gateway_reporting';
    relation regclass;
    routine  regprocedure;
BEGIN
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %s', current_database(), roles);
    -- The usage-processor stages its batches in a temporary table.
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO gateway_processor', current_database());

    -- Whoever can create something here can put it in the way of what others call.
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC, %s', ours, roles);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', ours, roles);

    FOR relation IN
        SELECT oid FROM pg_class
        WHERE relnamespace = ours::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S') AND pg_has_role(relowner, 'USAGE')
            AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, %s', relation, roles);
    END LOOP;

    FOR routine IN
        SELECT oid FROM pg_proc
        WHERE pronamespace = ours::regnamespace AND pg_has_role(proowner, 'USAGE')
            AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
    LOOP
        EXECUTE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC, %s', routine, roles);
    END LOOP;
END
$privileges$;

-- The gateway: reads the configuration and what an organization has used, tells of itself and of its keys.
GRANT SELECT ON schema_migrations, configuration_version, organizations, api_keys, rate_limit_configs, quotas, backends TO gateway_service;
GRANT SELECT, INSERT, UPDATE ON api_key_last_used TO gateway_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON gateway_instances TO gateway_service;
GRANT SELECT, INSERT ON quota_alerts TO gateway_service;
GRANT SELECT ON usage_events, usage_ledger TO gateway_service;
GRANT EXECUTE ON FUNCTION billable_usage(uuid, timestamptz, timestamptz) TO gateway_service;

-- The usage-processor: stores usage, and drops raw rows that are old enough. It knows nothing of organizations and keys.
GRANT SELECT ON schema_migrations TO gateway_processor;
GRANT SELECT, INSERT, DELETE ON usage_events TO gateway_processor;
GRANT SELECT, INSERT, UPDATE ON usage_ledger, usage_late, usage_sources, consumer_offsets, dead_letters TO gateway_processor;
GRANT SELECT, UPDATE (dropped_before) ON usage_retention TO gateway_processor;
GRANT SELECT ON usage_hourly, usage_daily, usage_monthly TO gateway_processor;
GRANT EXECUTE ON FUNCTION hold_raw_usage(), raw_usage_begins(), first_day_of_raw_usage(interval), keep_raw_usage(integer) TO gateway_processor;

-- keygen: changes the configuration, deletes neither organizations nor keys, and reads everything.
GRANT SELECT, INSERT, UPDATE ON organizations, api_keys TO gateway_operator;
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limit_configs, quotas, backends TO gateway_operator;
GRANT SELECT ON schema_migrations, configuration_version, gateway_instances, api_key_last_used, quota_alerts, audit_log TO gateway_operator;
GRANT SELECT ON usage_events, usage_ledger, usage_late, usage_sources, usage_retention, consumer_offsets, dead_letters TO gateway_operator;
GRANT SELECT ON usage_hourly, usage_daily, usage_monthly TO gateway_operator;

-- Grafana: what can be shown to everybody who may see dashboards, so no hash of a key, no address of a backend, no message that
-- a customer's requests were told of in, and not who changed what.
GRANT SELECT ON configuration_version, organizations, rate_limit_configs, quotas, quota_alerts, gateway_instances, api_key_last_used TO gateway_reporting;
GRANT SELECT (id, organization_id, name, key_prefix, rotated_from, created_at, expires_at, revoked_at, disabled_at, scopes, version)
    ON api_keys TO gateway_reporting;
GRANT SELECT ON usage_events, usage_ledger, usage_late, usage_sources, usage_retention, consumer_offsets TO gateway_reporting;
GRANT SELECT (topic, partition, message_offset, reason, recorded_at, source, sequence, replayed_at, refused_again, refused_again_at)
    ON dead_letters TO gateway_reporting;
GRANT SELECT ON usage_hourly, usage_daily, usage_monthly TO gateway_reporting;

-- What invoices and charts are drawn from.
GRANT EXECUTE ON FUNCTION
    billable_usage(uuid, timestamptz, timestamptz), billable_usage_by_key(uuid, timestamptz, timestamptz),
    billable_usage_by_route(uuid, timestamptz, timestamptz), top_consumers(timestamptz, timestamptz, integer),
    daily_usage(uuid, timestamptz, timestamptz, text), late_usage(uuid, timestamptz, timestamptz, timestamptz),
    require_billable_period(timestamptz, timestamptz), raw_usage_begins(), first_day_of_raw_usage(interval)
    TO gateway_operator, gateway_reporting;
