namespace Gateway.Database.Running;

/// <summary>Why a command on migrations failed.</summary>
public enum MigrationFailure
{
    /// <summary>PostgreSQL refused a statement. The database is as it was before that file.</summary>
    Failed,

    /// <summary>There is no migration of the version that was asked for.</summary>
    NotFound,

    /// <summary>The database and this build do not agree on what was applied. Nothing was done.</summary>
    Conflict,
}

/// <summary>A migration or seed that could not be applied or taken back.</summary>
/// <param name="failure">Why.</param>
/// <param name="message">One line with the file, the line in it where there is one, and the reason.</param>
/// <param name="innerException">What PostgreSQL said.</param>
public sealed class MigrationException(MigrationFailure failure, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Why.</summary>
    public MigrationFailure Failure { get; } = failure;
}
