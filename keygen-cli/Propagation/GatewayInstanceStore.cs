using Dapper;
using Npgsql;

namespace Gateway.Keygen.Propagation;

/// <summary>The table <c>gateway_instances</c>, which the gateways write.</summary>
internal sealed class GatewayInstanceStore(NpgsqlConnection connection)
{
    /// <summary>Several times of what gateways need, so that a busy one does not count as silent.</summary>
    public const int SilentAfterSeconds = 15;

    /// <summary>All but those that have been silent for so long that they refuse every key by now.</summary>
    public async Task<IReadOnlyList<GatewayInstance>> ListAsync(CancellationToken cancellationToken) =>
        (await connection.QueryAsync<GatewayInstance>(new CommandDefinition(
            $"""
            SELECT name, applied_version, seen_at,
                greatest(extract(epoch FROM now() - seen_at)::bigint, 0) AS seen_seconds_ago,
                seen_at + make_interval(secs => maximum_age_seconds) AS refuses_at,
                seen_at < now() - interval '{SilentAfterSeconds} seconds' AS is_silent
            FROM gateway_instances
            WHERE seen_at + make_interval(secs => maximum_age_seconds) > now()
            ORDER BY name, id
            """,
            cancellationToken: cancellationToken))).AsList();
}
