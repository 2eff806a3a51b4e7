using Gateway.Contracts.ApiKeys;
using Gateway.Database;
using Gateway.Testing;
using Npgsql;

namespace Gateway.EndToEnd.Tests.Limits.Fleets;

/// <summary>Writes customers by the hundred, straight into the fleet's database.</summary>
internal sealed class LimitedCustomers(string databaseUrl)
{
    private readonly string _connectionString = DatabaseUrl.Parse(databaseUrl).ConnectionString + ";Pooling=false";

    /// <summary>Answers when every gateway of the fleet knows them.</summary>
    /// <param name="terms">For each customer how many keys it has, and its limits.</param>
    public async Task<LimitedCustomer[]> CreateAsync(params (int Keys, LimitRow[] Limits)[] terms)
    {
        var customers = Array.ConvertAll(terms, term => new LimitedCustomer(
            Guid.NewGuid(),
            [.. Enumerable.Range(0, term.Keys).Select(_ => new LimitedKey(Guid.NewGuid(), ApiKeyFormat.Generate(ApiKeyEnvironment.Live)))],
            term.Limits));
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(
            connection,
            "INSERT INTO organizations (id, name) SELECT id, 'Limited' FROM unnest($1) AS id",
            Array.ConvertAll(customers, customer => customer.OrganizationId));
        await CreateKeysAsync(connection, [.. customers.SelectMany(customer => customer.Keys.Select(key => (customer.OrganizationId, key)))]);
        await CreateLimitsAsync(connection, [.. customers.SelectMany(customer => customer.Limits.Select(limit => (customer, limit)))]);
        await transaction.CommitAsync();
        await GatewaysAreInStepAsync(connection);
        return customers;
    }

    private static Task CreateKeysAsync(NpgsqlConnection connection, (Guid OrganizationId, LimitedKey Key)[] keys) => ExecuteAsync(
        connection,
        """
        INSERT INTO api_keys (id, organization_id, name, key_hash, key_prefix)
        SELECT id, organization_id, 'test', key_hash, key_prefix FROM unnest($1, $2, $3, $4) AS key (id, organization_id, key_hash, key_prefix)
        """,
        Array.ConvertAll(keys, key => key.Key.Id),
        Array.ConvertAll(keys, key => key.OrganizationId),
        Array.ConvertAll(keys, key => ApiKeyHash.Of(key.Key.Text).ToArray()),
        Array.ConvertAll(keys, key => ApiKeyFormat.Display(key.Key.Text)));

    private static Task CreateLimitsAsync(NpgsqlConnection connection, (LimitedCustomer Customer, LimitRow Row)[] limits) => ExecuteAsync(
        connection,
        """
        INSERT INTO rate_limit_configs (organization_id, period, limit_units, burst_units, api_key_id, route)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
        """,
        Array.ConvertAll(limits, limit => limit.Customer.OrganizationId),
        Array.ConvertAll(limits, limit => limit.Row.Period),
        Array.ConvertAll(limits, limit => limit.Row.Limit),
        Array.ConvertAll(limits, limit => limit.Row.Burst),
        Array.ConvertAll(limits, limit => limit.Row.Key is { } key ? limit.Customer.Keys[key].Id : (Guid?)null),
        Array.ConvertAll(limits, limit => limit.Row.Route is { } route ? FleetRoute.All[route].Name : null));

    // Those that were killed are still in the table, and say nothing any more.
    private static Task GatewaysAreInStepAsync(NpgsqlConnection connection) => Eventually.IsTrueAsync(
        async () =>
        {
            await using var command = new NpgsqlCommand(
                """
                SELECT NOT exists (
                    SELECT FROM gateway_instances, configuration_version
                    WHERE applied_version < version AND seen_at > now() - interval '30 seconds')
                """,
                connection);
            return (bool)(await command.ExecuteScalarAsync())!;
        },
        "every gateway has applied every change",
        TimeSpan.FromSeconds(60));

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync();
    }
}
