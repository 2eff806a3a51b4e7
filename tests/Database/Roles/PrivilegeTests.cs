using Gateway.Database.Tests.Databases;
using Gateway.Testing;

namespace Gateway.Database.Tests.Roles;

/// <summary>
/// Who may do what, decided for every table and function: one that a migration adds has no line here, and the tests fail until
/// somebody has decided, here and in <c>privileges.sql</c>.
/// </summary>
public sealed class PrivilegeTests(TestServers servers)
{
    /// <summary>As PostgreSQL abbreviates them: r SELECT, a INSERT, w UPDATE, d DELETE; a star where it is some of the columns.</summary>
    private const string Tables = """
                              service  processor  operator  reporting
        api_key_last_used     raw      -          r         r
        api_keys              r        -          raw       r*
        audit_log             -        -          r         -
        audit_log_id_seq      -        -          -         -
        backends              r        -          rawd      -
        configuration_version r        -          r         r
        consumer_offsets      -        raw        r         r
        dead_letters          -        raw        r         r*
        gateway_instances     rawd     -          r         r
        organizations         r        -          raw       r
        quota_alerts          ra       -          r         r
        quotas                r        -          rawd      r
        rate_limit_configs    r        -          rawd      r
        schema_migrations     r        r          r         -
        usage_daily           -        r          r         r
        usage_events          r        rad        r         r
        usage_hourly          -        r          r         r
        usage_late            -        raw        r         r
        usage_ledger          r        raw        r         r
        usage_monthly         -        r          r         r
        usage_retention       -        rw*        r         r
        usage_sources         -        raw        r         r
        """;

    /// <summary>X: may call it. Triggers call theirs whoever changes a row.</summary>
    private const string Functions = """
                                     service  processor  operator  reporting
        audit_action                 -        -          -         -
        audited                      -        -          -         -
        audited_identity             -        -          -         -
        billable_usage               X        -          X         X
        billable_usage_by_key        -        -          X         X
        billable_usage_by_route      -        -          X         X
        daily_usage                  -        -          X         X
        first_day_of_raw_usage       -        X          X         X
        hold_raw_usage               -        X          -         -
        keep_raw_usage               -        X          -         -
        late_usage                   -        -          X         X
        next_configuration_version   -        -          -         -
        notify_organization_changed  -        -          -         -
        raw_usage_begins             -        X          X         X
        record_change                -        -          -         -
        record_truncation            -        -          -         -
        refuse_to_change_audit_log   -        -          -         -
        require_billable_period      -        -          X         X
        require_configuration_reload -        -          -         -
        stamp_configuration_version  -        -          -         -
        stamp_organization_version   -        -          -         -
        take_configuration_version   -        -          -         -
        top_consumers                -        -          X         X
        """;

    private const string ReadTables = """
        SELECT concat_ws(' ', relname, string_agg(coalesce(nullif(letters, ''), '-'), ' ' ORDER BY number))
        FROM (
            SELECT relname, number, (
                SELECT string_agg(
                    CASE
                        WHEN relkind = 'S' THEN CASE WHEN has_sequence_privilege(role, pg_class.oid, privilege) THEN letter END
                        WHEN has_table_privilege(role, pg_class.oid, privilege) THEN letter
                        WHEN letter IN ('r', 'a', 'w', 'x') AND has_any_column_privilege(role, pg_class.oid, privilege) THEN letter || '*'
                    END, '' ORDER BY position)
                FROM unnest(
                    CASE relkind WHEN 'S' THEN '{r,w,U}'::text[] ELSE '{r,a,w,d,D,x,t}' END,
                    CASE relkind WHEN 'S' THEN '{SELECT,UPDATE,USAGE}'::text[] ELSE '{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}' END)
                    WITH ORDINALITY AS known (letter, privilege, position)) AS letters
            FROM pg_class, unnest('{gateway_service,gateway_processor,gateway_operator,gateway_reporting}'::text[]) WITH ORDINALITY AS roles (role, number)
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
                AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
        ) AS decided
        GROUP BY relname
        ORDER BY relname COLLATE "C"
        """;

    private const string ReadFunctions = """
        SELECT concat_ws(' ', proname, string_agg(CASE WHEN has_function_privilege(role, pg_proc.oid, 'EXECUTE') THEN 'X' ELSE '-' END, ' ' ORDER BY number))
        FROM pg_proc, unnest('{gateway_service,gateway_processor,gateway_operator,gateway_reporting}'::text[]) WITH ORDINALITY AS roles (role, number)
        WHERE pronamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
        GROUP BY pg_proc.oid, proname
        ORDER BY proname COLLATE "C"
        """;

    [Fact]
    public async Task Every_table_and_function_is_open_to_exactly_the_roles_that_were_decided_on()
    {
        var database = await TestDatabase.CreateWithRolesAsync(servers);

        Assert.Equal(Lines(Tables), await database.QueryAsync<string>(ReadTables));
        Assert.Equal(Lines(Functions), await database.QueryAsync<string>(ReadFunctions));
    }

    [Fact]
    public async Task Roles_own_nothing_create_nothing_and_are_members_of_nothing()
    {
        var database = await TestDatabase.CreateWithRolesAsync(servers);

        Assert.Empty(await database.QueryAsync<string>(
            """
            SELECT rolname FROM pg_roles
            WHERE rolname IN ('gateway_service', 'gateway_processor', 'gateway_operator', 'gateway_reporting')
                AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls OR rolcanlogin
                    OR has_schema_privilege(rolname, 'public', 'CREATE') OR has_database_privilege(rolname, current_database(), 'CREATE')
                    OR EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid)
                    OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid))
            """));
    }

    [Fact]
    public async Task Function_that_runs_as_its_owner_has_a_search_path_that_nobody_else_can_write_to()
    {
        var database = await TestDatabase.CreateWithRolesAsync(servers);

        Assert.Empty(await database.QueryAsync<string>(
            """
            SELECT proname || ' ' || coalesce(proconfig::text, '') FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace AND prosecdef
                AND NOT EXISTS (SELECT FROM unnest(proconfig) AS setting WHERE setting ~ '^search_path=(pg_catalog, )?public, pg_temp$')
            """));
    }

    [Fact]
    public async Task Table_of_a_later_migration_is_nobodys_until_it_is_decided()
    {
        var database = await TestDatabase.CreateWithRolesAsync(servers);
        await database.ExecuteAsync(
            """
            CREATE TABLE undecided (); GRANT SELECT ON undecided TO gateway_reporting, PUBLIC;
            CREATE FUNCTION undecided_function() RETURNS integer LANGUAGE sql AS 'SELECT 1';
            """);

        await database.Runner().UpAsync(default);

        Assert.Equal("undecided - - - -", Assert.Single(await database.QueryAsync<string>(ReadTables), line => line.StartsWith("undecided ", StringComparison.Ordinal)));
        Assert.Contains("undecided_function - - - -", await database.QueryAsync<string>(ReadFunctions));
    }

    private static IEnumerable<string> Lines(string matrix) =>
        matrix.Split('\n').Skip(1).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
