using System.Diagnostics;
using Gateway.Database.Roles;
using Npgsql;

namespace Gateway.Database.Running;

/// <summary>
/// Brings a database's schema to a version. Any number may run at once: one works, the others wait. Each migration is
/// applied in a transaction together with its row in <c>schema_migrations</c>, so it is there completely or not at all.
/// Before anything is done, the checksums of what was applied are compared with this build's files. At the latest version the
/// privileges of our programs' roles are set again where there are such roles.
/// </summary>
/// <param name="connectionString">The database, as Npgsql takes it. The user must own the schema.</param>
/// <param name="migrations">The migrations, in order; <see cref="Migration.All"/> but for tests.</param>
public sealed class MigrationRunner(string connectionString, IReadOnlyList<Migration> migrations)
{
    /// <summary>Called when another run is under way and this one waits for it.</summary>
    public Action? OnWaiting { get; init; }

    /// <summary>Called after each migration that was applied, with the time it took.</summary>
    public Action<Migration, TimeSpan>? OnApplied { get; init; }

    /// <summary>Called after each migration that was taken back, with the time it took.</summary>
    public Action<Migration, TimeSpan>? OnTakenBack { get; init; }

    /// <summary>Applies every migration that is missing.</summary>
    /// <exception cref="MigrationException">One failed; those before it stay applied. Or database and build do not fit.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached, or not with this user.</exception>
    public Task UpAsync(CancellationToken cancellationToken) => UpAsync(migrations[^1].Version, cancellationToken);

    /// <summary>Applies the missing migrations up to a version.</summary>
    /// <inheritdoc cref="UpAsync(CancellationToken)" path="/exception"/>
    public async Task UpAsync(int targetVersion, CancellationToken cancellationToken)
    {
        await using var session = await MigrationSession.OpenAsync(connectionString, OnWaiting, cancellationToken);
        await MigrationHistory.CreateAsync(session.Connection, cancellationToken);
        foreach (var migration in MigrationPlan.Up(migrations, await CompareAsync(session.Connection, cancellationToken), targetVersion))
        {
            var started = Stopwatch.GetTimestamp();
            await session.InTransactionAsync(
                async () =>
                {
                    await migration.UpFile.ExecuteAsync(session.Connection, cancellationToken);
                    await MigrationHistory.AddAsync(session.Connection, migration, cancellationToken);
                },
                cancellationToken);
            OnApplied?.Invoke(migration, Stopwatch.GetElapsedTime(started));
        }

        if (await SchemaVersion.ReadAsync(session.Connection, cancellationToken) == Migration.LatestVersion)
        {
            await RoleSetup.RefreshPrivilegesAsync(session, cancellationToken);
        }
    }

    /// <summary>Takes back what lies above a version, the last one first. Destroys what is stored there.</summary>
    /// <param name="targetVersion">The version to end at; 0 takes everything back.</param>
    /// <param name="cancellationToken">Cancels the migration that is under way, which is then rolled back.</param>
    /// <inheritdoc cref="UpAsync(CancellationToken)" path="/exception"/>
    public Task DownToAsync(int targetVersion, CancellationToken cancellationToken) => DownAsync(_ => targetVersion, cancellationToken);

    /// <summary>Takes the last migrations back. Destroys what is stored there.</summary>
    /// <param name="steps">How many, from 1.</param>
    /// <param name="cancellationToken">Cancels the migration that is under way, which is then rolled back.</param>
    /// <inheritdoc cref="UpAsync(CancellationToken)" path="/exception"/>
    public Task DownAsync(int steps, CancellationToken cancellationToken) =>
        DownAsync(statuses => MigrationPlan.VersionBefore(statuses, steps), cancellationToken);

    /// <summary>How each migration stands that this build or the database knows, in order. Changes nothing.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached, or not with this user.</exception>
    public async Task<IReadOnlyList<MigrationStatus>> StatusAsync(CancellationToken cancellationToken)
    {
        await using var connection = await MigrationSession.ConnectAsync(connectionString, cancellationToken);
        return await CompareAsync(connection, cancellationToken);
    }

    private async Task DownAsync(Func<IReadOnlyList<MigrationStatus>, int> targetVersion, CancellationToken cancellationToken)
    {
        await using var session = await MigrationSession.OpenAsync(connectionString, OnWaiting, cancellationToken);
        var statuses = await CompareAsync(session.Connection, cancellationToken);
        foreach (var migration in MigrationPlan.Down(migrations, statuses, targetVersion(statuses)))
        {
            var started = Stopwatch.GetTimestamp();
            await session.InTransactionAsync(
                async () =>
                {
                    await migration.DownFile.ExecuteAsync(session.Connection, cancellationToken);
                    await MigrationHistory.RemoveAsync(session.Connection, migration, cancellationToken);
                },
                cancellationToken);
            OnTakenBack?.Invoke(migration, Stopwatch.GetElapsedTime(started));
        }
    }

    private async Task<IReadOnlyList<MigrationStatus>> CompareAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        MigrationPlan.Compare(migrations, await MigrationHistory.ReadAsync(connection, cancellationToken));
}
