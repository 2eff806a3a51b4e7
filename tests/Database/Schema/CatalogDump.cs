using Gateway.Database.Tests.Databases;

namespace Gateway.Database.Tests.Schema;

/// <summary>Everything that migrations make, as lines of text that can be compared.</summary>
internal static class CatalogDump
{
    // What an extension brought is not ours, and TimescaleDB numbers its internal tables anew each time.
    private const string Sql =
        """
        WITH ours AS (
            SELECT relation.oid, relname, relkind, reloptions
            FROM pg_class AS relation
            WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'schema_migrations%'
                AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = relation.oid AND deptype = 'e'))
        SELECT regexp_replace(line, '(_hyper_|_hypertable_|_view_|cagg_watermark\()\d+', '\1N', 'g') FROM (
            SELECT format('%s %s %s', relkind, relname, reloptions) FROM ours
            UNION ALL
            SELECT format('column %s.%s %s %s %s %s', relname, row_number() OVER (PARTITION BY ours.oid ORDER BY attnum), attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid))
            FROM ours JOIN pg_attribute ON attrelid = ours.oid AND attnum > 0 AND NOT attisdropped
            LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE relkind IN ('r', 'v', 'm')
            UNION ALL
            SELECT format('constraint %s.%s %s', relname, conname, pg_get_constraintdef(pg_constraint.oid)) FROM ours JOIN pg_constraint ON conrelid = ours.oid
            UNION ALL
            SELECT format('index %s', pg_get_indexdef(indexrelid)) FROM ours JOIN pg_index ON indrelid = ours.oid
            UNION ALL
            SELECT format('view %s %s', relname, pg_get_viewdef(ours.oid)) FROM ours WHERE relkind = 'v'
            UNION ALL
            SELECT format('trigger %s', pg_get_triggerdef(pg_trigger.oid)) FROM ours JOIN pg_trigger ON tgrelid = ours.oid AND NOT tgisinternal
            UNION ALL
            SELECT format('function %s', pg_get_functiondef(routine.oid)) FROM pg_proc AS routine
            WHERE pronamespace = 'public'::regnamespace
                AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = routine.oid AND deptype = 'e')
        ) AS dump (line)
        ORDER BY 1
        """;

    private const string PoliciesSql =
        """
        SELECT format('policy %s %s %s', proc_name, schedule_interval, config - '{mat_hypertable_id,hypertable_id}'::text[])
        FROM timescaledb_information.jobs WHERE job_id >= 1000 ORDER BY 1
        """;

    public static async Task<IReadOnlyList<string>> ReadAsync(TestDatabase database)
    {
        var lines = await database.QueryAsync<string>(Sql);
        return await database.HasRelationAsync("timescaledb_information.jobs")
            ? [.. lines, .. await database.QueryAsync<string>(PoliciesSql)]
            : lines;
    }
}
