using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Gateway.Hosting.Logging;

/// <summary>
/// One flat JSON object a line: <c>time</c>, <c>level</c>, <c>logger</c>, <c>message</c>, then the message's own
/// values in camelCase, then <c>exception</c>. Flat, so that <c>jq 'select(.status >= 500)'</c> just works.
/// </summary>
internal sealed class JsonLineFormatter(TimeProvider timeProvider) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "json-line";

    private const string OriginalFormat = "{OriginalFormat}";

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        // Our logs are no HTML: a path such as /a&b stays readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("time", timeProvider.GetUtcNow().UtcDateTime);
            writer.WriteString("level", Level(logEntry.LogLevel));
            writer.WriteString("logger", logEntry.Category);
            writer.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            if (logEntry.State is IReadOnlyList<KeyValuePair<string, object?>> values)
            {
                for (var index = 0; index < values.Count; index++)
                {
                    WriteValue(writer, values[index]);
                }
            }

            if (logEntry.Exception is { } exception)
            {
                writer.WriteString("exception", exception.ToString());
            }

            writer.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void WriteValue(Utf8JsonWriter writer, KeyValuePair<string, object?> pair)
    {
        if (pair.Key == OriginalFormat)
        {
            return;
        }

        var name = JsonNamingPolicy.CamelCase.ConvertName(pair.Key);
        switch (pair.Value)
        {
            case null:
                writer.WriteNull(name);
                break;
            case bool value:
                writer.WriteBoolean(name, value);
                break;
            case int value:
                writer.WriteNumber(name, value);
                break;
            case long value:
                writer.WriteNumber(name, value);
                break;
            case double value when double.IsFinite(value):
                writer.WriteNumber(name, value);
                break;
            case Guid value:
                writer.WriteString(name, value);
                break;
            case var value:
                writer.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
