namespace Gateway.Database.Commands;

/// <summary>How a command ended, for scripts.</summary>
public static class ExitCode
{
    /// <summary>It did what was asked.</summary>
    public const int Succeeded = 0;

    /// <summary>It could not: the database is not reachable, a migration failed, or it was stopped.</summary>
    public const int Failed = 1;

    /// <summary>The arguments or the settings make no sense. Nothing was done.</summary>
    public const int InvalidUsage = 2;

    /// <summary>What was named does not exist: the database, or a migration of that version.</summary>
    public const int NotFound = 3;

    /// <summary>Database and build do not agree on what was applied. Nothing was done.</summary>
    public const int Conflict = 4;
}
