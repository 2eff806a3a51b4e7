using Dapper;
using Gateway.Keygen.Organizations;
using Npgsql;

namespace Gateway.Keygen.Backends;

/// <summary>The table <c>backends</c>.</summary>
internal sealed class BackendStore(NpgsqlConnection connection)
{
    private const string Columns = """
        organization.id AS organization_id, organization.name AS organization_name,
        backend.addresses, backend.load_balancing, backend.protocol, backend.health_path, backend.timeout_seconds, backend.updated_at
        """;

    /// <summary>An organization's backend of its own, or one without addresses where it has none.</summary>
    public async Task<Backend> GetAsync(Organization organization, CancellationToken cancellationToken) =>
        await connection.QuerySingleOrDefaultAsync<Backend>(new CommandDefinition(
            $"""
            SELECT {Columns} FROM backends AS backend JOIN organizations AS organization ON organization.id = backend.organization_id
            WHERE backend.organization_id = @organizationId
            """,
            new { organizationId = organization.Id },
            cancellationToken: cancellationToken))
        ?? new Backend { OrganizationId = organization.Id, OrganizationName = organization.Name };

    /// <summary>All organizations that have a backend of their own.</summary>
    public IAsyncEnumerable<Backend> ListAsync() => connection.QueryUnbufferedAsync<Backend>(
        $"""
        SELECT {Columns} FROM backends AS backend JOIN organizations AS organization ON organization.id = backend.organization_id
        ORDER BY lower(organization.name), organization.id
        """);

    public Task SetAsync(Guid organizationId, BackendSettings settings, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO backends AS old (organization_id, addresses, load_balancing, protocol, health_path, timeout_seconds)
            VALUES (@organizationId, @addresses::text[], coalesce(@loadBalancing::text, @defaultLoadBalancing), coalesce(@protocol::text, @defaultProtocol),
                @healthPath, @timeoutSeconds)
            ON CONFLICT (organization_id) DO UPDATE SET
                addresses = excluded.addresses,
                load_balancing = coalesce(@loadBalancing::text, old.load_balancing),
                protocol = coalesce(@protocol::text, old.protocol),
                health_path = CASE WHEN @noHealthPath THEN NULL ELSE coalesce(excluded.health_path, old.health_path) END,
                timeout_seconds = CASE WHEN @defaultTimeout THEN NULL ELSE coalesce(excluded.timeout_seconds, old.timeout_seconds) END,
                updated_at = now()
            """,
            new
            {
                organizationId,
                addresses = settings.Addresses.Select(address => address.AbsoluteUri).ToArray(),
                loadBalancing = settings.LoadBalancing,
                defaultLoadBalancing = LoadBalancing.Default,
                protocol = settings.Protocol,
                defaultProtocol = BackendProtocol.Default,
                healthPath = settings.HealthPath,
                noHealthPath = settings.NoHealthPath,
                timeoutSeconds = (int?)settings.Timeout?.TotalSeconds,
                defaultTimeout = settings.DefaultTimeout,
            },
            cancellationToken: cancellationToken));

    public Task UnsetAsync(Guid organizationId, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM backends WHERE organization_id = @organizationId", new { organizationId }, cancellationToken: cancellationToken));
}
