-- What the configuration's triggers write (its version, versions of organizations) and what is done to raw rows' retention runs
-- as the owner of the tables: who may change a limit need not be allowed to set versions, and who stores usage owns no
-- hypertable. Nobody can put another table in the way: names are looked for where the migrations made them, temporary ones
-- last. The schema is named before pg_catalog (which is looked into first all the same), as keep_raw_usage asks for current_schema().
DO $migration$
DECLARE
    path    text := format('%I, pg_temp', current_schema());
    outside text := (
        SELECT nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
        WHERE extname = 'timescaledb' AND nspname <> current_schema());
    routine text;
BEGIN
    IF outside IS NOT NULL THEN
        path := format('%I, %I, pg_temp', current_schema(), outside);
    END IF;

    FOREACH routine IN ARRAY array[
        'take_configuration_version()', 'stamp_configuration_version()', 'stamp_organization_version()',
        'require_configuration_reload()', 'keep_raw_usage(integer)']
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %s', routine, path);
    END LOOP;
END
$migration$;
