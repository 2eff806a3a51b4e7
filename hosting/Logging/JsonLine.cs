using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Gateway.Hosting.Logging;

/// <summary>
/// One flat JSON object a line: <c>time</c>, <c>level</c>, <c>logger</c>, <c>message</c>, then the message's own
/// values in camelCase, then <c>requestId</c> and <c>traceId</c> where it is about a request, then <c>exception</c>. Flat, so
/// that <c>jq 'select(.status >= 500)'</c> just works.
/// </summary>
internal static class JsonLine
{
    private const string OriginalFormat = "{OriginalFormat}";
    private const string RequestId = "RequestId";

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        // Our logs are no HTML: a path such as /a&b stays readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    // As many as messages have values.
    private static readonly ConcurrentDictionary<string, JsonEncodedText> Names = new(StringComparer.Ordinal);

    public static Utf8JsonWriter NewWriter(IBufferWriter<byte> output) => new(output, WriterOptions);

    /// <summary>Writes a line, its end included, to a writer's output; the writer is used for nothing else.</summary>
    public static void Write<TState>(
        Utf8JsonWriter writer,
        DateTimeOffset time,
        LogLevel level,
        string category,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        writer.WriteStartObject();
        writer.WriteString("time"u8, time.UtcDateTime);
        writer.WriteString("level"u8, Level(level));
        writer.WriteString("logger"u8, category);
        writer.WriteString("message"u8, formatter(state, exception));
        var request = LoggedRequest.Current;
        if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            for (var index = 0; index < values.Count; index++)
            {
                var value = values[index];
                if (value.Key != OriginalFormat && (request is null || value.Key != RequestId))
                {
                    WriteValue(writer, value);
                }
            }
        }

        if (request is not null)
        {
            writer.WriteString("requestId"u8, request.Id);
            writer.WriteString("traceId"u8, request.TraceId);
        }

        if (exception is not null)
        {
            writer.WriteString("exception"u8, exception.ToString());
        }

        writer.WriteEndObject();
        writer.Flush();
    }

    private static void WriteValue(Utf8JsonWriter writer, KeyValuePair<string, object?> pair)
    {
        var name = Names.GetOrAdd(pair.Key, static key => JsonEncodedText.Encode(JsonNamingPolicy.CamelCase.ConvertName(key), WriterOptions.Encoder));
        switch (pair.Value)
        {
            case null:
                writer.WriteNull(name);
                break;
            case string value:
                writer.WriteString(name, value);
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

    private static ReadOnlySpan<byte> Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace"u8,
        LogLevel.Debug => "debug"u8,
        LogLevel.Information => "info"u8,
        LogLevel.Warning => "warn"u8,
        LogLevel.Error => "error"u8,
        _ => "fatal"u8,
    };
}
