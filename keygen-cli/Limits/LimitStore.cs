using Dapper;
using Gateway.Keygen.Organizations;
using Npgsql;

namespace Gateway.Keygen.Limits;

/// <summary>The table <c>rate_limit_configs</c>.</summary>
internal sealed class LimitStore(NpgsqlConnection connection)
{
    public const string Minute = "minute";
    public const string Day = "day";

    public async Task<OrganizationLimits> GetAsync(Organization organization, CancellationToken cancellationToken) =>
        new(
            organization.Id,
            organization.Name,
            await GetAsync(organization.Id, Minute, cancellationToken),
            await GetAsync(organization.Id, Day, cancellationToken));

    public Task SetAsync(Guid organizationId, string period, long limitUnits, long burstUnits, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO rate_limit_configs (organization_id, period, limit_units, burst_units)
            VALUES (@organizationId, @period, @limitUnits, @burstUnits)
            ON CONFLICT (organization_id, period, api_key_id, route) DO UPDATE
            SET limit_units = excluded.limit_units, burst_units = excluded.burst_units, updated_at = now()
            """,
            new { organizationId, period, limitUnits, burstUnits },
            cancellationToken: cancellationToken));

    public Task UnsetAsync(Guid organizationId, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM rate_limit_configs WHERE organization_id = @organizationId",
            new { organizationId },
            cancellationToken: cancellationToken));

    private Task<Limit?> GetAsync(Guid organizationId, string period, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<Limit>(new CommandDefinition(
            """
            SELECT limit_units, burst_units, updated_at FROM rate_limit_configs
            WHERE organization_id = @organizationId AND period = @period
            """,
            new { organizationId, period },
            cancellationToken: cancellationToken));
}
