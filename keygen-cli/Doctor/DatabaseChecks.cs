using System.Globalization;
using Dapper;
using Gateway.Database.Running;
using Gateway.Keygen.Connections;
using Npgsql;

namespace Gateway.Keygen.Doctor;

/// <summary>What every database of ours has to be: new enough, writable, with our schema, and at the same time as everybody.</summary>
internal static class DatabaseChecks
{
    /// <summary>NULLS NOT DISTINCT and more in the migrations.</summary>
    private const int OldestVersion = 15;

    /// <summary>Whether it has our schema, so that more can be asked.</summary>
    /// <param name="surroundings">For the address and the clock.</param>
    /// <param name="variable">Which database.</param>
    /// <param name="name">What the checks' names begin with.</param>
    /// <param name="connection">To it.</param>
    /// <param name="findings">Where to.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    public static async Task<bool> RunAsync(
        Surroundings surroundings, string variable, string name, NpgsqlConnection connection, Findings findings, CancellationToken cancellationToken)
    {
        var settings = DatabaseConnection.Settings(surroundings, variable);
        await ServerAsync(settings, variable, name, connection, findings, cancellationToken);

        var before = surroundings.Time.GetUtcNow();
        var server = await connection.ExecuteScalarAsync<DateTime>(new CommandDefinition("SELECT clock_timestamp()", cancellationToken: cancellationToken));
        ClockCheck.Judge(findings, $"{name}-clock", new DateTimeOffset(server, TimeSpan.Zero), before, surroundings.Time.GetUtcNow());

        return await SchemaAsync(settings, name, findings, cancellationToken);
    }

    private static async Task ServerAsync(
        NpgsqlConnectionStringBuilder settings,
        string variable,
        string name,
        NpgsqlConnection connection,
        Findings findings,
        CancellationToken cancellationToken)
    {
        var isReplica = await connection.ExecuteScalarAsync<bool>(new CommandDefinition("SELECT pg_is_in_recovery()", cancellationToken: cancellationToken));
        var version = connection.PostgreSqlVersion;
        var seen = $"PostgreSQL {version} at {settings.Host}:{settings.Port}, database {settings.Database}";
        if (version.Major < OldestVersion)
        {
            findings.Fail(name, seen, string.Create(CultureInfo.InvariantCulture, $"PostgreSQL {OldestVersion} or later is needed"));
        }
        else if (isReplica)
        {
            findings.Fail(name, $"{seen}, a replica that cannot be written to", $"let {variable} name the primary, or every host with ?target_session_attrs=read-write");
        }
        else
        {
            findings.Ok(name, seen);
        }
    }

    private static async Task<bool> SchemaAsync(
        NpgsqlConnectionStringBuilder settings, string name, Findings findings, CancellationToken cancellationToken)
    {
        var check = $"{name}-schema";
        var migrations = await new MigrationRunner(settings.ConnectionString, Migration.All).StatusAsync(cancellationToken);
        var applied = migrations.LastOrDefault(static migration => migration.State != MigrationState.Pending)?.Version ?? 0;
        if (migrations.FirstOrDefault(static migration => migration.State == MigrationState.Edited) is { } edited)
        {
            findings.Fail(
                check,
                $"migration {edited.Version:000}_{edited.Name} is another one than this build has",
                "find out which build made this schema, and use its keygen; see gateway-db status");
            return false;
        }

        if (migrations.Any(static migration => migration.State == MigrationState.Pending))
        {
            findings.Fail(check, $"version {applied}, and {Migration.LatestVersion} is needed", "run gateway-db up");
            return false;
        }

        if (migrations.Any(static migration => migration.State == MigrationState.Unknown))
        {
            findings.Warn(check, $"version {applied}, and this keygen knows {Migration.LatestVersion}", "a newer build has been here: use its keygen");
            return true;
        }

        findings.Ok(check, $"version {applied}");
        return true;
    }
}
