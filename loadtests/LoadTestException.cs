namespace Gateway.LoadTests;

/// <summary>It could not be measured, and this is why.</summary>
internal sealed class LoadTestException(string message, int exitCode = ExitCode.Failed) : Exception(message)
{
    /// <summary>What the program ends with for it.</summary>
    public int Code => exitCode;
}
