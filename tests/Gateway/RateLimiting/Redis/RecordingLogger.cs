using Gateway.RateLimiting.Redis;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.RateLimiting.Redis;

/// <summary>Keeps what was logged, and forgets nothing.</summary>
internal sealed class RecordingLogger : ILogger<RedisScripts>
{
    private readonly List<(int Id, string Message)> _entries = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_entries)
        {
            _entries.Add((eventId.Id, formatter(state, exception)));
        }
    }

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_entries)
            {
                return [.. _entries.Select(static entry => entry.Message)];
            }
        }
    }

    /// <summary>The messages with that event id.</summary>
    public IReadOnlyList<string> Of(int eventId)
    {
        lock (_entries)
        {
            return [.. _entries.Where(entry => entry.Id == eventId).Select(static entry => entry.Message)];
        }
    }
}
