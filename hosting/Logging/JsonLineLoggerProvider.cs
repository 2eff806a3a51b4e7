using Microsoft.Extensions.Logging;

namespace Gateway.Hosting.Logging;

/// <summary>Logs to standard output. Its settings are those of the console's logger of .NET: <c>Logging:Console:LogLevel</c>.</summary>
[ProviderAlias("Console")]
internal sealed class JsonLineLoggerProvider(TimeProvider timeProvider) : ILoggerProvider
{
    private readonly LineQueue _lines = new(Console.OpenStandardOutput(), timeProvider);

    /// <summary>Lines that standard output did not take in time.</summary>
    public long Dropped => _lines.Dropped;

    public ILogger CreateLogger(string categoryName) => new JsonLineLogger(categoryName, _lines, timeProvider);

    public void Dispose() => _lines.Dispose();
}
