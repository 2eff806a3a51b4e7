using Gateway.Contracts.ApiKeys;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.LoadTests.Growth;

/// <summary>Organizations and their keys in the database, by COPY.</summary>
internal static class GrowthCustomers
{
    /// <summary>Of more keys than this only some send requests, spread evenly over all of them: enough that no cache has them all.</summary>
    private const int MostInUse = 10_000;

    private const string CopyOrganizations = "COPY organizations (id, name) FROM STDIN (FORMAT binary)";
    private const string CopyKeys = "COPY api_keys (organization_id, name, key_hash, key_prefix) FROM STDIN (FORMAT binary)";

    /// <summary>Replaces all there are; answers the keys that send requests.</summary>
    public static async Task<string[]> ReplaceAsync(string connectionString, GrowthPoint point, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Command Timeout=0");
        await connection.OpenAsync(cancellationToken);
        await using (var truncate = new NpgsqlCommand("TRUNCATE organizations CASCADE", connection))
        {
            await truncate.ExecuteNonQueryAsync(cancellationToken);
        }

        var organizations = Array.ConvertAll(new int[point.Tenants], static _ => Guid.NewGuid());
        await using (var rows = await connection.BeginBinaryImportAsync(CopyOrganizations, cancellationToken))
        {
            foreach (var organization in organizations)
            {
                await rows.StartRowAsync(cancellationToken);
                await rows.WriteAsync(organization, NpgsqlDbType.Uuid, cancellationToken);
                await rows.WriteAsync("Growth", NpgsqlDbType.Text, cancellationToken);
            }

            await rows.CompleteAsync(cancellationToken);
        }

        return await CopyKeysAsync(connection, organizations, point.Keys, cancellationToken);
    }

    private static async Task<string[]> CopyKeysAsync(NpgsqlConnection connection, Guid[] organizations, int count, CancellationToken cancellationToken)
    {
        var inUse = new List<string>();
        var every = Math.Max(1, count / MostInUse);
        await using (var rows = await connection.BeginBinaryImportAsync(CopyKeys, cancellationToken))
        {
            rows.Timeout = TimeSpan.FromMinutes(10);
            for (var index = 0; index < count; index++)
            {
                var key = ApiKeyFormat.Generate(ApiKeyEnvironment.Live);
                await rows.StartRowAsync(cancellationToken);
                await rows.WriteAsync(organizations[index % organizations.Length], NpgsqlDbType.Uuid, cancellationToken);
                await rows.WriteAsync("growth", NpgsqlDbType.Text, cancellationToken);
                await rows.WriteAsync(ApiKeyHash.Of(key).ToArray(), NpgsqlDbType.Bytea, cancellationToken);
                await rows.WriteAsync(ApiKeyFormat.Display(key), NpgsqlDbType.Text, cancellationToken);
                if (index % every == 0)
                {
                    inUse.Add(key);
                }
            }

            await rows.CompleteAsync(cancellationToken);
        }

        await using var analyze = new NpgsqlCommand("VACUUM ANALYZE api_keys", connection);
        await analyze.ExecuteNonQueryAsync(cancellationToken);
        return [.. inUse];
    }
}
