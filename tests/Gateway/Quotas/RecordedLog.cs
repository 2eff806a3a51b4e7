using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Quotas;

/// <summary>Keeps what is logged, by event id.</summary>
internal sealed class RecordedLog
{
    private readonly ConcurrentQueue<(int EventId, string Message)> _lines = new();

    public ILogger<T> For<T>() => new Logger<T>(_lines);

    /// <summary>The lines of one event that speak of an organization.</summary>
    public string[] Lines(int eventId, Guid organizationId) =>
        [.. Lines(eventId).Where(line => line.Contains(organizationId.ToString(), StringComparison.Ordinal))];

    /// <summary>The lines of one event.</summary>
    public string[] Lines(int eventId) => [.. _lines.Where(line => line.EventId == eventId).Select(line => line.Message)];

    private sealed class Logger<T>(ConcurrentQueue<(int EventId, string Message)> lines) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((eventId.Id, formatter(state, exception)));
    }
}
