using Gateway.Contracts.ApiKeys;
using Npgsql;

namespace Gateway.LoadTests.Stack;

/// <summary>Thousands of organizations with a key each. keygen makes one a second, so they are written by the thousand.</summary>
internal static class Customers
{
    private const string InsertOrganizations =
        """
        INSERT INTO organizations (id, name) SELECT id, 'Organization ' || number FROM unnest($1) WITH ORDINALITY AS new (id, number)
        """;

    private const string InsertKeys =
        """
        INSERT INTO api_keys (organization_id, name, key_hash, key_prefix)
        SELECT organization_id, 'load', key_hash, key_prefix FROM unnest($1, $2, $3) AS new (organization_id, key_hash, key_prefix)
        """;

    /// <summary>Answers their keys.</summary>
    public static async Task<IReadOnlyList<string>> CreateAsync(NpgsqlDataSource dataSource, int count, CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            return [];
        }

        var organizations = Enumerable.Range(0, count).Select(static _ => Guid.CreateVersion7()).ToArray();
        var keys = Enumerable.Range(0, count).Select(static _ => ApiKeyFormat.Generate(ApiKeyEnvironment.Live)).ToArray();
        await using var batch = dataSource.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(InsertOrganizations) { Parameters = { new() { Value = organizations } } });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(InsertKeys)
        {
            Parameters =
            {
                new() { Value = organizations },
                new() { Value = Array.ConvertAll(keys, static key => ApiKeyHash.Of(key).ToArray()) },
                new() { Value = Array.ConvertAll(keys, ApiKeyFormat.Display) },
            },
        });
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return keys;
    }
}
