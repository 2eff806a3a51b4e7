using Gateway.Contracts.ApiKeys;
using Gateway.Database;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Tests.Fixtures;

/// <summary>Organizations and keys in a test's own database.</summary>
internal sealed class Customers(string databaseUrl)
{
    // Not pooled: tests kill servers, and what is left in a pool then fails the next test.
    private readonly string _connectionString = DatabaseUrl.Parse(databaseUrl).ConnectionString + ";Pooling=false";

    public async Task<Customer> CreateAsync() => (await CreateAsync(count: 1))[0];

    public async Task<Customer[]> CreateAsync(int count)
    {
        var customers = new Customer[count];
        for (var index = 0; index < count; index++)
        {
            customers[index] = new Customer(Guid.NewGuid(), Guid.NewGuid(), ApiKeyFormat.Generate(ApiKeyEnvironment.Live));
        }

        await ExecuteAsync(
            "INSERT INTO organizations (id, name) SELECT id, 'Test' FROM unnest($1) AS id",
            Array.ConvertAll(customers, customer => customer.OrganizationId));
        await ExecuteAsync(
            """
            INSERT INTO api_keys (id, organization_id, name, key_hash, key_prefix)
            SELECT id, organization_id, 'test', key_hash, key_prefix FROM unnest($1, $2, $3, $4) AS key (id, organization_id, key_hash, key_prefix)
            """,
            Array.ConvertAll(customers, customer => customer.KeyId),
            Array.ConvertAll(customers, customer => customer.OrganizationId),
            Array.ConvertAll(customers, customer => ApiKeyHash.Of(customer.Key).ToArray()),
            Array.ConvertAll(customers, customer => ApiKeyFormat.Display(customer.Key)));
        await GatewaysAreInStepAsync();
        return customers;
    }

    /// <summary>Gives an organization its limit; the other period stays out of the way.</summary>
    public async Task LimitAsync(Customer customer, string period, long limit, long burst)
    {
        await ExecuteAsync(
            """
            INSERT INTO rate_limit_configs (organization_id, period, limit_units, burst_units) VALUES ($1, $2, $3, $4)
            ON CONFLICT (organization_id, period, api_key_id, route) DO UPDATE SET limit_units = $3, burst_units = $4
            """,
            customer.OrganizationId, period, limit, burst);
        await GatewaysAreInStepAsync();
    }

    public Task RevokeAsync(Customer customer) => ExecuteAsync("UPDATE api_keys SET revoked_at = now() WHERE id = $1", customer.KeyId);

    public Task ExpireAsync(Customer customer) =>
        ExecuteAsync("UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE id = $1", customer.KeyId);

    public Task SuspendAsync(Customer customer) =>
        ExecuteAsync("UPDATE organizations SET status = 'suspended' WHERE id = $1", customer.OrganizationId);

    /// <summary>Every running gateway has applied every change.</summary>
    public Task GatewaysAreInStepAsync() => Eventually.IsTrueAsync(
        () => ReadAsync<bool>("SELECT NOT exists (SELECT FROM gateway_instances, configuration_version WHERE applied_version < version)"),
        "every gateway has applied every change");

    public async Task<T> ReadAsync<T>(string sql, params object[] values)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = NewCommand(connection, sql, values);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = NewCommand(connection, sql, values);
        await command.ExecuteNonQueryAsync();
    }

    private static NpgsqlCommand NewCommand(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}

/// <summary>An organization with one key.</summary>
internal sealed record Customer(Guid OrganizationId, Guid KeyId, string Key);
