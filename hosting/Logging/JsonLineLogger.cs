using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Gateway.Hosting.Logging;

/// <summary>Writes each entry as a <see cref="JsonLine"/>. Never waits for the output: a log must not hold up the work that it tells of.</summary>
internal sealed class JsonLineLogger(string category, LineQueue lines, TimeProvider timeProvider) : ILogger
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>None: what belongs to a request is written anyway.</summary>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // Taken away meanwhile: formatting may log something itself.
        var buffer = _buffer ?? new ArrayBufferWriter<byte>(1024);
        var writer = _writer ?? JsonLine.NewWriter(buffer);
        _buffer = null;
        _writer = null;

        JsonLine.Write(writer, timeProvider.GetUtcNow(), logLevel, category, state, exception, formatter);
        buffer.Write("\n"u8);
        lines.Add(buffer.WrittenSpan);

        buffer.ResetWrittenCount();
        writer.Reset();
        _buffer = buffer;
        _writer = writer;
    }
}
