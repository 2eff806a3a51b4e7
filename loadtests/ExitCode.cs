namespace Gateway.LoadTests;

/// <summary>What scripts can rely on.</summary>
internal static class ExitCode
{
    public const int Succeeded = 0;

    /// <summary>A threshold was exceeded, or it could not be run.</summary>
    public const int Failed = 1;

    /// <summary>Wrong command line or setting.</summary>
    public const int Usage = 2;
}
