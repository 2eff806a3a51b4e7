using Gateway.Database;
using Gateway.Proxying.Backends;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Yarp.ReverseProxy;

namespace Gateway.Tests.Fixtures;

/// <summary>Gives organizations backends of their own, in the database, and waits until the gateway has heard of it. YARP has not then.</summary>
internal static class OwnBackends
{
    public static async Task GiveBackendAsync(
        this GatewayUnderTest gateway,
        Customer customer,
        IReadOnlyList<string> addresses,
        string loadBalancing = "power-of-two-choices",
        string protocol = "auto",
        string? healthPath = null,
        int? timeoutSeconds = null)
    {
        await ExecuteAsync(
            gateway,
            """
            INSERT INTO backends (organization_id, addresses, load_balancing, protocol, health_path, timeout_seconds) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (organization_id) DO UPDATE SET addresses = $2, load_balancing = $3, protocol = $4, health_path = $5, timeout_seconds = $6
            """,
            customer.OrganizationId, addresses.ToArray(), loadBalancing, protocol, (object?)healthPath ?? DBNull.Value, (object?)timeoutSeconds ?? DBNull.Value);
        await gateway.HearsOfAsync(customer, new OrganizationBackend([.. addresses], loadBalancing, protocol, healthPath, timeoutSeconds));
    }

    public static async Task TakeBackendAsync(this GatewayUnderTest gateway, Customer customer)
    {
        await ExecuteAsync(gateway, "DELETE FROM backends WHERE organization_id = $1", customer.OrganizationId);
        await gateway.HearsOfAsync(customer, null);
    }

    /// <summary>The gateway's own word on which cluster is known to YARP.</summary>
    public static bool KnowsClusterOf(this GatewayUnderTest gateway, Guid organizationId) =>
        gateway.Services.GetRequiredService<OrganizationBackends>().TryGet(organizationId, out var cluster)
        && gateway.Services.GetRequiredService<IProxyStateLookup>().TryGetCluster(cluster.Id, out _);

    private static async Task HearsOfAsync(this GatewayUnderTest gateway, Customer customer, OrganizationBackend? expected)
    {
        var backends = gateway.Services.GetRequiredService<OrganizationBackends>();
        await Eventually.EqualsAsync(
            expected, () => Task.FromResult(backends.TryGet(customer.OrganizationId, out var cluster) ? cluster.Backend : null));
    }

    private static async Task ExecuteAsync(GatewayUnderTest gateway, string sql, params object[] values)
    {
        await using var connection = new NpgsqlConnection(DatabaseUrl.Parse(gateway.DatabaseUrl).ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync();
    }
}
