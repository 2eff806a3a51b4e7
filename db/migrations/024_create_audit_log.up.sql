-- Who changed what by hand or through a program: organizations, keys, limits, quotas and backends, before and after.
-- Written by triggers, so that nobody can change one of them and forget to say so. Not in it: what gateways and
-- usage-processors write all the time, secrets (a key's hash), and columns that only keep the books (version, updated_at).
CREATE TABLE audit_log (
    -- In the order of the commits: who changes a recorded table holds the configuration's version until the end.
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at              timestamptz NOT NULL,
    -- Who says to have done it: what keygen --as was given. Without gateway.actor the database user, and by_hand.
    actor           text        NOT NULL CHECK (char_length(actor) BETWEEN 1 AND 200 AND actor !~ '[[:cntrl:]]'),
    by_hand         boolean     NOT NULL,
    -- Who it was for PostgreSQL, whatever was said.
    database_user   text        NOT NULL,
    -- The configuration's version that the change made: the entries of one transaction have the same.
    version         bigint      NOT NULL,
    action          text        NOT NULL,
    record          text        NOT NULL,
    -- No foreign keys: an entry outlives what it is about.
    organization_id uuid        NOT NULL,
    api_key_id      uuid,
    -- The whole record, without columns that are null. Null before it was created and after it was deleted.
    before          jsonb,
    after           jsonb,
    CHECK (num_nonnulls(before, after) > 0)
);

-- An organization's newest first; of all organizations the primary key has them.
CREATE INDEX audit_log_by_organization ON audit_log (organization_id, id);
CREATE INDEX audit_log_by_key ON audit_log (api_key_id, id) WHERE api_key_id IS NOT NULL;

-- Entries are made in the order of their time, so a block range index is enough and costs next to nothing.
CREATE INDEX audit_log_by_time ON audit_log USING brin (at) WITH (autosummarize);

-- What is recorded of a row.
CREATE FUNCTION audited(row_as_json jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_strip_nulls(row_as_json - '{key_hash,version,updated_at}'::text[])
$$;

-- What tells a row from the others of its table.
CREATE FUNCTION audited_identity(record jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_build_array(record -> 'id', record -> 'organization_id', record -> 'period', record -> 'api_key_id', record -> 'route')
$$;

CREATE FUNCTION audit_action(before jsonb, after jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN before IS NULL THEN 'created'
        WHEN after IS NULL THEN 'deleted'
        WHEN after ? 'revoked_at' AND NOT before ? 'revoked_at' THEN 'revoked'
        WHEN after ? 'disabled_at' AND NOT before ? 'disabled_at' THEN 'disabled'
        WHEN before ? 'disabled_at' AND NOT after ? 'disabled_at' THEN 'enabled'
        WHEN after ->> 'status' = 'suspended' AND before ->> 'status' <> 'suspended' THEN 'suspended'
        WHEN before ->> 'status' = 'suspended' AND after ->> 'status' <> 'suspended' THEN 'resumed'
        ELSE 'changed'
    END
$$;

-- Once a statement, however many rows it changes. As the owner of the log: who may change an organization need not be
-- allowed to write here, and so cannot write here anything else. Nobody can put another table in the log's place: names
-- are looked for where the migration made them. In UTC, so that the same time is the same text for everybody.
CREATE FUNCTION record_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET timezone = 'UTC' AS $$
DECLARE
    said    text   := nullif(current_setting('gateway.actor', true), '');
    taken   bigint := next_configuration_version();
    at_time timestamptz := clock_timestamp();
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit_log (at, actor, by_hand, database_user, version, action, record, organization_id, api_key_id, before, after)
        SELECT at_time, coalesce(said, session_user), said IS NULL, session_user, taken, 'created', TG_ARGV[0],
            (coalesce(after -> 'organization_id', after -> 'id') #>> '{}')::uuid,
            CASE TG_ARGV[0] WHEN 'api-key' THEN after ->> 'id' ELSE after ->> 'api_key_id' END::uuid, NULL, after
        FROM (SELECT audited(to_jsonb(new_rows)) AS after FROM new_rows OFFSET 0) AS created;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO audit_log (at, actor, by_hand, database_user, version, action, record, organization_id, api_key_id, before, after)
        SELECT at_time, coalesce(said, session_user), said IS NULL, session_user, taken, 'deleted', TG_ARGV[0],
            (coalesce(before -> 'organization_id', before -> 'id') #>> '{}')::uuid,
            CASE TG_ARGV[0] WHEN 'api-key' THEN before ->> 'id' ELSE before ->> 'api_key_id' END::uuid, before, NULL
        FROM (SELECT audited(to_jsonb(old_rows)) AS before FROM old_rows OFFSET 0) AS deleted;
    ELSE
        -- Who gives a row another identity has deleted the one and created the other.
        INSERT INTO audit_log (at, actor, by_hand, database_user, version, action, record, organization_id, api_key_id, before, after)
        SELECT at_time, coalesce(said, session_user), said IS NULL, session_user, taken, audit_action(before, after), TG_ARGV[0],
            (coalesce(either -> 'organization_id', either -> 'id') #>> '{}')::uuid,
            CASE TG_ARGV[0] WHEN 'api-key' THEN either ->> 'id' ELSE either ->> 'api_key_id' END::uuid, before, after
        FROM (
            SELECT was.record AS before, becomes.record AS after, coalesce(becomes.record, was.record) AS either
            FROM (SELECT audited(to_jsonb(old_rows)) AS record FROM old_rows OFFSET 0) AS was
            FULL JOIN (SELECT audited(to_jsonb(new_rows)) AS record FROM new_rows OFFSET 0) AS becomes
                ON audited_identity(becomes.record) = audited_identity(was.record)
            WHERE becomes.record IS DISTINCT FROM was.record) AS changed;
    END IF;
    RETURN NULL;
END
$$;

-- Before a table is emptied: afterwards nobody knows what was in it.
CREATE FUNCTION record_truncation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET timezone = 'UTC' AS $$
DECLARE
    said text := nullif(current_setting('gateway.actor', true), '');
BEGIN
    EXECUTE format(
        $sql$
        INSERT INTO audit_log (at, actor, by_hand, database_user, version, action, record, organization_id, api_key_id, before)
        SELECT clock_timestamp(), coalesce($1, session_user), $1 IS NULL, session_user, next_configuration_version(), 'deleted', $2,
            (coalesce(before -> 'organization_id', before -> 'id') #>> '{}')::uuid,
            CASE $2 WHEN 'api-key' THEN before ->> 'id' ELSE before ->> 'api_key_id' END::uuid, before
        FROM (SELECT audited(to_jsonb(emptied)) AS before FROM %I.%I AS emptied OFFSET 0) AS deleted
        $sql$,
        TG_TABLE_SCHEMA, TG_TABLE_NAME)
    USING said, TG_ARGV[0];
    RETURN NULL;
END
$$;

-- What is in the log stays as it is, and comes from the triggers alone. The owner of the table, and nobody else, can say
-- ALTER TABLE audit_log DISABLE TRIGGER USER, delete what a law says must go, and say ENABLE TRIGGER USER.
CREATE FUNCTION refuse_to_change_audit_log() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'audit_log is written by its triggers alone, and what is in it stays as it is';
END
$$;

CREATE TRIGGER refuse_to_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_audit_log();
CREATE TRIGGER refuse_to_add_by_hand BEFORE INSERT ON audit_log
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_to_change_audit_log();

DO $migration$
DECLARE
    audited_table text;
    record_name   text;
BEGIN
    EXECUTE format('ALTER FUNCTION record_change() SET search_path = pg_catalog, %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION record_truncation() SET search_path = pg_catalog, %I, pg_temp', current_schema());

    FOR audited_table, record_name IN
        VALUES ('organizations', 'organization'), ('api_keys', 'api-key'), ('rate_limit_configs', 'limit'), ('quotas', 'quota'), ('backends', 'backend')
    LOOP
        EXECUTE format(
            'CREATE TRIGGER record_inserts AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_change(%L)',
            audited_table, record_name);
        EXECUTE format(
            'CREATE TRIGGER record_updates AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_change(%L)',
            audited_table, record_name);
        EXECUTE format(
            'CREATE TRIGGER record_deletes AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION record_change(%L)',
            audited_table, record_name);
        EXECUTE format(
            'CREATE TRIGGER record_truncation BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION record_truncation(%L)',
            audited_table, record_name);
    END LOOP;
END
$migration$;
