using Dapper;
using Gateway.Keygen.Commands;
using Gateway.Keygen.Organizations;
using Npgsql;

namespace Gateway.Keygen.Quotas;

/// <summary>The tables <c>quotas</c> and <c>quota_alerts</c>.</summary>
internal sealed class QuotaStore(NpgsqlConnection connection)
{
    /// <summary>An organization's quota, or one without units where it has none.</summary>
    public async Task<Quota> GetAsync(Organization organization, CancellationToken cancellationToken) =>
        await connection.QuerySingleOrDefaultAsync<Quota>(new CommandDefinition(
            """
            SELECT organization.id AS organization_id, organization.name AS organization_name,
                   quota.units_per_month, quota.enforcement, quota.time_zone, quota.updated_at
            FROM quotas AS quota JOIN organizations AS organization ON organization.id = quota.organization_id
            WHERE quota.organization_id = @Id
            """,
            new { organization.Id },
            cancellationToken: cancellationToken))
        ?? new Quota { OrganizationId = organization.Id, OrganizationName = organization.Name };

    /// <summary>Sets a quota; what is null stays as it is, or becomes hard and UTC.</summary>
    /// <exception cref="CommandException">PostgreSQL does not know the time zone.</exception>
    public async Task SetAsync(
        Guid organizationId, long unitsPerMonth, string? enforcement, string? timeZone, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO quotas AS old (organization_id, units_per_month, enforcement, time_zone)
                VALUES (@organizationId, @unitsPerMonth, coalesce(@enforcement::text, @hard), coalesce(@timeZone::text, 'UTC'))
                ON CONFLICT (organization_id) DO UPDATE SET
                    units_per_month = excluded.units_per_month,
                    enforcement = coalesce(@enforcement::text, old.enforcement),
                    time_zone = coalesce(@timeZone::text, old.time_zone),
                    updated_at = now()
                """,
                new { organizationId, unitsPerMonth, enforcement, hard = Quota.Hard, timeZone },
                cancellationToken: cancellationToken));
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidParameterValue)
        {
            throw new CommandException(ExitCode.Usage, $"PostgreSQL does not know the time zone \"{timeZone}\"");
        }
    }

    public Task UnsetAsync(Guid organizationId, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM quotas WHERE organization_id = @organizationId", new { organizationId }, cancellationToken: cancellationToken));

    /// <summary>The month that a moment is in, with what the ledger has of it. PostgreSQL knows the zone: it has checked its name.</summary>
    /// <param name="analytics">Where the ledger is.</param>
    /// <param name="quota">Whose month.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<QuotaMonth> MonthAsync(NpgsqlConnection analytics, Quota quota, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (start, end) = await connection.QuerySingleAsync<(DateTime Start, DateTime End)>(new CommandDefinition(
            """
            SELECT month AT TIME ZONE @zone, (month + interval '1 month') AT TIME ZONE @zone
            FROM date_trunc('month', @now::timestamptz AT TIME ZONE @zone) AS month
            """,
            new { zone = quota.TimeZone ?? "UTC", now },
            cancellationToken: cancellationToken));
        return new QuotaMonth
        {
            Start = start,
            End = end,

            // Where a month begins within an hour, that hour is all the new month's, as the gateway counts.
            UsedUnits = await analytics.ExecuteScalarAsync<long>(new CommandDefinition(
                "SELECT billable_units FROM billable_usage(@organizationId, date_trunc('hour', @start, 'UTC'), date_trunc('hour', @end, 'UTC'))",
                new { organizationId = quota.OrganizationId, start, end },
                cancellationToken: cancellationToken)),
            Alerts = (await connection.QueryAsync<QuotaAlert>(new CommandDefinition(
                """
                SELECT threshold, quota_units, used_units, raised_at FROM quota_alerts

                -- Also from before the quota got another time zone: zones are not more than 26 hours apart.
                WHERE organization_id = @organizationId AND month_start BETWEEN @start::timestamptz - interval '2 days' AND @start::timestamptz + interval '2 days'
                ORDER BY raised_at, threshold
                """,
                new { organizationId = quota.OrganizationId, start },
                cancellationToken: cancellationToken))).AsList(),
        };
    }
}
