using Npgsql;

namespace Gateway.Keygen.Tests;

/// <summary>A gateway that is played by a test: its row in <c>gateway_instances</c>.</summary>
internal sealed class GatewayRow(Func<Task<NpgsqlConnection>> connectAsync, string name)
{
    private readonly Guid _id = Guid.NewGuid();

    /// <summary>Registers the gateway as one that has applied everything so far.</summary>
    public Task RegisterAsync(int seenSecondsAgo = 0, int maximumAgeSeconds = 900) => ExecuteAsync(
        "INSERT INTO gateway_instances (id, name, applied_version, maximum_age_seconds, seen_at) "
            + $"SELECT $1, $2, version, {maximumAgeSeconds}, now() - interval '{seenSecondsAgo} seconds' FROM configuration_version WHERE $1 IS NOT NULL");

    /// <summary>Applies all that is committed, as a gateway does when it hears of a change.</summary>
    public Task ApplyAsync() => ExecuteAsync(
        "UPDATE gateway_instances SET seen_at = now(), applied_version = (SELECT version FROM configuration_version) WHERE id = $1 AND name = $2");

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await connectAsync();
        await using var command = new NpgsqlCommand(sql, connection)
        {
            Parameters = { new() { Value = _id }, new() { Value = name } },
        };
        await command.ExecuteNonQueryAsync();
    }
}
