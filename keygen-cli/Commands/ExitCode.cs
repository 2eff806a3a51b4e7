namespace Gateway.Keygen.Commands;

/// <summary>What a script can tell an outcome by. Promised to users: never changed.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Succeeded = 0;

    /// <summary>Not done: no database, no permission, the answer to a question was no, or something is unexplained.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a setting is wrong; nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>No such organization or key.</summary>
    public const int NotFound = 3;

    /// <summary>It exists already, is in no state for this, or more than one could be meant.</summary>
    public const int Conflict = 4;

    /// <summary>Done and committed, but not every gateway has confirmed that it knows.</summary>
    public const int Unconfirmed = 5;
}
