DO $migration$
DECLARE
    audited_table text;
BEGIN
    FOREACH audited_table IN ARRAY array['organizations', 'api_keys', 'rate_limit_configs', 'quotas', 'backends'] LOOP
        EXECUTE format('DROP TRIGGER record_truncation ON %I', audited_table);
        EXECUTE format('DROP TRIGGER record_deletes ON %I', audited_table);
        EXECUTE format('DROP TRIGGER record_updates ON %I', audited_table);
        EXECUTE format('DROP TRIGGER record_inserts ON %I', audited_table);
    END LOOP;
END
$migration$;

DROP TABLE audit_log;

DROP FUNCTION refuse_to_change_audit_log();
DROP FUNCTION record_truncation();
DROP FUNCTION record_change();
DROP FUNCTION audit_action(jsonb, jsonb);
DROP FUNCTION audited_identity(jsonb);
DROP FUNCTION audited(jsonb);
