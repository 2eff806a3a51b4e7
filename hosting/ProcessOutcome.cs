namespace Gateway.Hosting;

/// <summary>How the process ends when a part of it has stopped it on purpose: <see cref="ServiceHost"/> returns this exit code.</summary>
public sealed class ProcessOutcome
{
    private volatile int _exitCode;

    /// <summary>0 unless somebody has set it.</summary>
    public int ExitCode
    {
        get => _exitCode;
        set => _exitCode = value;
    }
}
