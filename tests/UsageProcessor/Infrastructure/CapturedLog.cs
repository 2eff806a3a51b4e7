using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Gateway.UsageProcessor.Tests.Infrastructure;

/// <summary>Keeps what a processor logs.</summary>
internal sealed class CapturedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(int EventId, string Message)> _lines = new();

    public int Count(int eventId) => _lines.Count(line => line.EventId == eventId);

    public IEnumerable<(int EventId, string Message)> Lines => _lines;

    public IEnumerable<string> Messages => _lines.Select(line => line.Message);

    public ILogger CreateLogger(string categoryName) => new Logger(_lines);

    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<(int EventId, string Message)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((eventId.Id, formatter(state, exception)));
    }
}
