using Dapper;
using Gateway.Contracts;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Output;
using Gateway.Keygen.Propagation;
using Npgsql;

namespace Gateway.Keygen.Doctor;

/// <summary>The database of organizations and keys, and the gateways that work with it.</summary>
internal sealed class KeyDatabaseExamination(Surroundings surroundings) : IExamination
{
    private const string Gateways = "gateways";

    public string Name => "postgresql";

    public string Advice => $"start PostgreSQL, or set {EnvironmentVariables.DatabaseUrl} right: no other command works without it";

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenUncheckedAsync(surroundings, EnvironmentVariables.DatabaseUrl, cancellationToken);
        if (await DatabaseChecks.RunAsync(surroundings, EnvironmentVariables.DatabaseUrl, Name, connection, findings, cancellationToken))
        {
            await GatewaysAsync(connection, findings, cancellationToken);
        }
    }

    private static async Task GatewaysAsync(NpgsqlConnection connection, Findings findings, CancellationToken cancellationToken)
    {
        var version = await connection.ExecuteScalarAsync<long>(
            new CommandDefinition("SELECT version FROM configuration_version", cancellationToken: cancellationToken));
        var gateways = await new GatewayInstanceStore(connection).ListAsync(cancellationToken);
        var silent = gateways.Where(static gateway => gateway.IsSilent).ToList();
        var behind = gateways.Count(gateway => !gateway.IsSilent && gateway.AppliedVersion < version);
        if (gateways.Count == 0)
        {
            findings.Warn(Gateways, "none has reported", $"start one; where some run, they have another {EnvironmentVariables.DatabaseUrl}");
        }
        else if (silent.Count > 0)
        {
            var last = silent.MinBy(static gateway => gateway.SeenSecondsAgo)!;
            findings.Warn(
                Gateways,
                $"{gateways.Count}, of which {silent.Count} silent: {Cell.ForPeople(last.Name)} was last seen {Elapsed.Text(last.SeenSecondsAgo)} ago",
                "killed, stuck or cut off from PostgreSQL: it may serve revoked keys until it refuses all; see its log");
        }
        else if (behind > 0)
        {
            findings.Warn(Gateways, $"{gateways.Count}, of which {behind} have not applied the newest change", "ask again; where it stays so, see their logs");
        }
        else
        {
            findings.Ok(Gateways, $"{gateways.Count}, all with the newest keys and limits");
        }
    }
}
