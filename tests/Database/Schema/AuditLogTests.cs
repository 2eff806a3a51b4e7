using Dapper;
using Gateway.Database.Tests.Databases;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Database.Tests.Schema;

public sealed class AuditLogTests(TestServers servers)
{
    private const string One = "00000000-0000-0000-0000-000000000001";
    private const string Two = "00000000-0000-0000-0000-000000000002";

    private const string Given =
        $"""
        INSERT INTO organizations (id, name) VALUES ('{One}', 'One'), ('{Two}', 'Two');
        INSERT INTO api_keys (id, organization_id, name, key_hash, key_prefix) VALUES ('{One}', '{One}', 'key', sha256('x'), 'sk_live_abcd');
        INSERT INTO rate_limit_configs (organization_id, period, limit_units, burst_units, api_key_id) VALUES ('{One}', 'minute', 1, 1, NULL), ('{One}', 'minute', 1, 1, '{One}');
        INSERT INTO quotas (organization_id, units_per_month) VALUES ('{One}', 1);
        INSERT INTO backends (organization_id, addresses) VALUES ('{One}', array['http://one']);
        """;

    // Columns that no entry has. A new column is in entries: is it a secret, or does it only keep the books? Then it goes here.
    private static readonly string[] ColumnsLeftOut = ["api_keys.key_hash", "api_keys.version", "organizations.version", "backends.updated_at", "organizations.updated_at", "quotas.updated_at", "rate_limit_configs.updated_at"];

    [Theory]
    [InlineData($"INSERT INTO organizations (id, name) SELECT gen_random_uuid(), 'New' FROM generate_series(1, 2)", "created organization, created organization")]
    [InlineData("UPDATE organizations SET name = name || '!'", "changed organization, changed organization")]
    [InlineData($"UPDATE organizations SET status = 'suspended' WHERE id = '{Two}'", "suspended organization")]
    [InlineData("UPDATE api_keys SET name = 'other'", "changed api-key")]
    [InlineData("UPDATE api_keys SET revoked_at = now()", "revoked api-key")]
    [InlineData("UPDATE api_keys SET disabled_at = now()", "disabled api-key")]
    [InlineData("UPDATE api_keys SET expires_at = now(), scopes = array['a']", "changed api-key")]
    [InlineData($"UPDATE rate_limit_configs SET limit_units = 2", "changed limit, changed limit")]
    [InlineData($"UPDATE rate_limit_configs SET organization_id = '{Two}' WHERE api_key_id IS NULL", "created limit, deleted limit")]
    [InlineData("DELETE FROM api_keys", "deleted api-key, deleted limit")]
    [InlineData("TRUNCATE api_keys CASCADE", "deleted api-key, deleted limit, deleted limit")]
    [InlineData($"INSERT INTO quotas (organization_id, units_per_month) VALUES ('{One}', 2), ('{Two}', 2) ON CONFLICT (organization_id) DO UPDATE SET units_per_month = 2", "changed quota, created quota")]
    [InlineData("DELETE FROM quotas", "deleted quota")]
    [InlineData("UPDATE backends SET health_path = '/up'", "changed backend")]
    [InlineData("TRUNCATE backends", "deleted backend")]
    public async Task Change_by_whatever_statement_leaves_an_entry_for_each_record(string change, string entries)
    {
        var database = await GivenAsync();

        var before = await database.ReadAsync<long>("SELECT max(id) FROM audit_log");
        await database.ExecuteAsync(change);

        Assert.Equal(entries, await database.ReadAsync<string>($"SELECT string_agg(action || ' ' || record, ', ' ORDER BY action, record) FROM audit_log WHERE id > {before}"));
    }

    [Theory]
    [InlineData("UPDATE rate_limit_configs SET updated_at = now(), limit_units = limit_units")]
    [InlineData("UPDATE organizations SET version = 4711, updated_at = now()")]
    [InlineData("UPDATE api_keys SET name = 'x' WHERE false")]
    [InlineData($"INSERT INTO api_key_last_used VALUES ('{One}', now())")]
    [InlineData($"INSERT INTO gateway_instances (id, name, applied_version, maximum_age_seconds) VALUES ('{One}', 'x', 1, 1)")]
    public async Task What_changes_no_record_leaves_no_entry(string change)
    {
        var database = await GivenAsync();

        var before = await database.ReadAsync<long>("SELECT count(*) FROM audit_log");
        await database.ExecuteAsync(change);

        Assert.Equal(before, await database.ReadAsync<long>("SELECT count(*) FROM audit_log"));
    }

    [Fact]
    public async Task Entry_has_the_record_before_and_after_and_whose_it_is()
    {
        var database = await GivenAsync();

        await database.ExecuteAsync("SET timezone = 'Asia/Tokyo'; UPDATE api_keys SET expires_at = '2030-01-01T00:00:00Z', scopes = array['a:b'], allowed_networks = '{10.0.0.0/8}'");

        Assert.True(await database.ReadAsync<bool>(
            $$"""
            SELECT organization_id = '{{One}}' AND api_key_id = '{{One}}' AND version = (SELECT version FROM configuration_version) AND at > now() - interval '1 minute'
                AND before - 'created_at' = '{"id": "{{One}}", "organization_id": "{{One}}", "name": "key", "key_prefix": "sk_live_abcd", "scopes": [], "allowed_networks": []}'
                AND after = before || '{"expires_at": "2030-01-01T00:00:00+00:00", "scopes": ["a:b"], "allowed_networks": ["10.0.0.0/8"]}'
            FROM audit_log ORDER BY id DESC LIMIT 1
            """));
    }

    [Fact]
    public async Task Every_column_is_in_the_entries_or_left_out_on_purpose()
    {
        var database = await GivenAsync();
        await database.ExecuteAsync(
            "UPDATE api_keys SET expires_at = now(), revoked_at = now(), disabled_at = now(), rotated_from = id; UPDATE backends SET health_path = '/', timeout_seconds = 1;"
            + $"INSERT INTO rate_limit_configs (organization_id, period, limit_units, burst_units, route) VALUES ('{One}', 'minute', 1, 1, 'r')");

        var missing = await database.QueryAsync<string>(
            """
            SELECT table_name || '.' || column_name FROM information_schema.columns
            JOIN (VALUES ('organizations', 'organization'), ('api_keys', 'api-key'), ('rate_limit_configs', 'limit'), ('quotas', 'quota'), ('backends', 'backend')) AS audited (table_name, record) USING (table_name)
            WHERE table_schema = 'public' AND NOT EXISTS (SELECT FROM audit_log WHERE audit_log.record = audited.record AND after ? column_name)
            ORDER BY 1
            """);

        Assert.Equal(ColumnsLeftOut.Order(StringComparer.Ordinal), missing.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_table_that_gateways_keep_in_memory_is_audited()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);

        // Which are those that number the configuration: what a later migration adds must not be forgotten here.
        Assert.Empty(await database.QueryAsync<string>(
            """
            SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'take_configuration_version'
            EXCEPT SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'record\_%' GROUP BY 1 HAVING count(*) = 4
            """));
    }

    [Fact]
    public async Task Actor_is_who_the_transaction_says_else_the_database_user_by_hand()
    {
        var database = await GivenAsync();

        await database.ExecuteAsync("BEGIN; SELECT set_config('gateway.actor', 'Ada', true); UPDATE organizations SET name = 'A'; COMMIT; UPDATE quotas SET units_per_month = 9");

        Assert.Equal(
            [("Ada", false, true), ("Ada", false, true), (await database.ReadAsync<string>("SELECT session_user"), true, true)],
            await database.QueryAsync<(string, bool, bool)>(
                "SELECT actor, by_hand, database_user = session_user FROM (SELECT * FROM audit_log ORDER BY id DESC LIMIT 3) AS last ORDER BY id"));
    }

    [Theory]
    [InlineData("UPDATE audit_log SET actor = 'nobody'")]
    [InlineData("DELETE FROM audit_log")]
    [InlineData("TRUNCATE audit_log")]
    [InlineData("INSERT INTO audit_log (at, actor, by_hand, database_user, version, action, record, organization_id, before) VALUES (now(), 'x', false, 'x', 1, 'created', 'x', gen_random_uuid(), '{}')")]
    public async Task Log_only_grows_and_only_by_its_triggers(string forgery)
    {
        var database = await GivenAsync();

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsync(forgery));

        Assert.Equal((PostgresErrorCodes.InsufficientPrivilege, true), (refusal.SqlState, refusal.MessageText.StartsWith("audit_log is written by its triggers", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task User_who_may_change_an_organization_is_recorded_without_any_right_to_the_log()
    {
        var database = await GivenAsync();
        var user = $"operator_{Guid.NewGuid():N}";
        await database.ExecuteAsync($"CREATE ROLE {user} LOGIN; GRANT SELECT, UPDATE ON organizations, configuration_version TO {user}");
        try
        {
            await using var connection = await database.ConnectAsync();

            // A table of theirs by the log's name must not catch the entry.
            await connection.ExecuteAsync($"SET SESSION AUTHORIZATION {user}; CREATE TEMP TABLE audit_log (id bigint); UPDATE organizations SET name = 'B' WHERE id = '{One}'");

            Assert.Equal(user, await database.ReadAsync<string>("SELECT actor FROM audit_log ORDER BY id DESC LIMIT 1"));
            await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync("SELECT FROM public.audit_log"));
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {user}; DROP ROLE {user}");
        }
    }

    private async Task<TestDatabase> GivenAsync()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await database.ExecuteAsync(Given);
        return database;
    }
}
