namespace Gateway.Database.Running;

/// <summary>What this build has against what a database has: pure comparison, no I/O.</summary>
internal static class MigrationPlan
{
    /// <summary>Every migration that either side knows, in order.</summary>
    public static IReadOnlyList<MigrationStatus> Compare(IReadOnlyList<Migration> migrations, IReadOnlyList<AppliedMigration> applied)
    {
        var appliedByVersion = applied.ToDictionary(row => row.Version);
        var known = migrations.Select(migration => appliedByVersion.GetValueOrDefault(migration.Version) is { } row
            ? new MigrationStatus(
                migration.Version,
                migration.Name,
                row.Checksum == migration.Checksum ? MigrationState.Applied : MigrationState.Edited,
                new DateTimeOffset(row.AppliedAt))
            : new MigrationStatus(migration.Version, migration.Name, MigrationState.Pending, AppliedAt: null));
        var unknown = applied
            .ExceptBy(migrations.Select(migration => migration.Version), row => row.Version)
            .Select(row => new MigrationStatus(row.Version, row.Name, MigrationState.Unknown, new DateTimeOffset(row.AppliedAt)));
        return known.Concat(unknown).OrderBy(status => status.Version).ToList();
    }

    /// <summary>What is to be applied, in order.</summary>
    /// <exception cref="MigrationException">An applied migration was edited, or what is missing lies below what a newer build applied.</exception>
    public static IReadOnlyList<Migration> Up(IReadOnlyList<Migration> migrations, IReadOnlyList<MigrationStatus> statuses, int targetVersion)
    {
        RefuseEdited(statuses);
        RequireVersion(migrations, targetVersion);
        var pending = Select(migrations, statuses, MigrationState.Pending).Where(migration => migration.Version <= targetVersion).ToList();
        if (pending.Count > 0 && statuses.FirstOrDefault(status => status.State == MigrationState.Unknown) is { } unknown)
        {
            throw new MigrationException(
                MigrationFailure.Conflict,
                $"{pending[0].FullName} is missing although {FullName(unknown)} was applied, which this build does not have: use the build that has both");
        }

        return pending;
    }

    /// <summary>What is to be taken back, in order: the last one first.</summary>
    /// <exception cref="MigrationException">An applied migration was edited, or only a newer build knows the way back.</exception>
    public static IReadOnlyList<Migration> Down(IReadOnlyList<Migration> migrations, IReadOnlyList<MigrationStatus> statuses, int targetVersion)
    {
        RefuseEdited(statuses);
        if (targetVersion != 0)
        {
            RequireVersion(migrations, targetVersion);
        }

        if (statuses.LastOrDefault(status => status.State == MigrationState.Unknown && status.Version > targetVersion) is { } unknown)
        {
            throw new MigrationException(
                MigrationFailure.Conflict, $"{FullName(unknown)} was applied by another build, and only that build knows the way back");
        }

        return Select(migrations, statuses, MigrationState.Applied).Where(migration => migration.Version > targetVersion).Reverse().ToList();
    }

    /// <summary>The version that is left when the last applied migrations are taken back.</summary>
    public static int VersionBefore(IReadOnlyList<MigrationStatus> statuses, int steps) =>
        statuses.Where(status => status.State != MigrationState.Pending).SkipLast(steps).LastOrDefault()?.Version ?? 0;

    private static IEnumerable<Migration> Select(IReadOnlyList<Migration> migrations, IReadOnlyList<MigrationStatus> statuses, MigrationState state)
    {
        var versions = statuses.Where(status => status.State == state).Select(status => status.Version).ToHashSet();
        return migrations.Where(migration => versions.Contains(migration.Version));
    }

    private static void RefuseEdited(IReadOnlyList<MigrationStatus> statuses)
    {
        if (statuses.FirstOrDefault(status => status.State == MigrationState.Edited) is { } edited)
        {
            throw new MigrationException(
                MigrationFailure.Conflict,
                $"{FullName(edited)}.up.sql was edited after it was applied on {edited.AppliedAt:yyyy-MM-dd}: restore the file and put the change into a new migration");
        }
    }

    private static void RequireVersion(IReadOnlyList<Migration> migrations, int version)
    {
        if (!migrations.Any(migration => migration.Version == version))
        {
            throw new MigrationException(
                MigrationFailure.NotFound, $"there is no migration {version}; this build has {migrations[0].Version} to {migrations[^1].Version}");
        }
    }

    private static string FullName(MigrationStatus status) => $"{status.Version:000}_{status.Name}";
}
