namespace Gateway.Database.Running;

/// <summary>How a migration stands in a database.</summary>
public enum MigrationState
{
    /// <summary>Applied, as this build has it.</summary>
    Applied,

    /// <summary>Not applied yet.</summary>
    Pending,

    /// <summary>Applied, but its file has been changed since: this build would make another schema.</summary>
    Edited,

    /// <summary>Applied by another build, usually a newer one; this build does not have it.</summary>
    Unknown,
}

/// <summary>A migration and how it stands in a database.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">How it stands.</param>
/// <param name="AppliedAt">When it was applied, UTC; <c>null</c> while it is pending.</param>
public sealed record MigrationStatus(int Version, string Name, MigrationState State, DateTimeOffset? AppliedAt);
