using System.Text;
using System.Text.Json;
using Gateway.Hosting.Logging;
using Microsoft.Extensions.Logging;

namespace Gateway.Hosting.Tests.Logging;

public sealed class JsonLineTests
{
    [Fact]
    public void Entry_is_one_flat_JSON_object_on_one_line()
    {
        var id = Guid.NewGuid();
        KeyValuePair<string, object?>[] state =
        [
            new("Status", 200),
            new("DurationMilliseconds", 1.25),
            new("RequestId", id),
            new("IsNew", true),
            new("Nothing", null),
            new("Path", "/a\nb\"c&d"),
            new("{OriginalFormat}", "not shown"),
        ];

        var line = Write(state, new InvalidOperationException("broken"));

        Assert.EndsWith("}\n", line, StringComparison.Ordinal);
        Assert.Equal(1, line.Count(character => character == '\n'));
        var entry = JsonDocument.Parse(line).RootElement;
        Assert.Equal("warn", entry.GetProperty("level").GetString());
        Assert.Equal("a.logger", entry.GetProperty("logger").GetString());
        Assert.Equal("the message", entry.GetProperty("message").GetString());
        Assert.Equal(200, entry.GetProperty("status").GetInt32());
        Assert.Equal(1.25, entry.GetProperty("durationMilliseconds").GetDouble());
        Assert.Equal(id, entry.GetProperty("requestId").GetGuid());
        Assert.True(entry.GetProperty("isNew").GetBoolean());
        Assert.Equal(JsonValueKind.Null, entry.GetProperty("nothing").ValueKind);
        Assert.Equal("/a\nb\"c&d", entry.GetProperty("path").GetString());
        Assert.Contains("broken", entry.GetProperty("exception").GetString(), StringComparison.Ordinal);
        Assert.True(entry.GetProperty("time").TryGetDateTimeOffset(out _));
        Assert.False(entry.TryGetProperty("{OriginalFormat}", out _));
    }

    [Fact]
    public async Task Line_that_is_written_while_a_request_is_at_work_has_its_ids_once()
    {
        var request = new Request { Id = Guid.CreateVersion7() };
        KeyValuePair<string, object?>[] state = [new("RequestId", request.Id), new("Reason", "slow")];

        var during = await Task.Run(async () =>
        {
            LoggedRequest.Current = request;
            await Task.Yield();
            return Write(state, new TimeoutException());
        });

        Assert.Equal(1, during.Split("\"requestId\"").Length - 1);
        var entry = JsonDocument.Parse(during).RootElement;
        Assert.Equal(request.Id, entry.GetProperty("requestId").GetGuid());
        Assert.Equal(request.TraceId, entry.GetProperty("traceId").GetString());
        Assert.Equal("slow", entry.GetProperty("reason").GetString());

        // What follows belongs to nobody.
        Assert.DoesNotContain("traceId", Write([new("Reason", "none")], new TimeoutException()), StringComparison.Ordinal);
    }

    private static string Write(IReadOnlyList<KeyValuePair<string, object?>> state, Exception exception)
    {
        using var output = new MemoryStream();
        using (var lines = new LineQueue(output, TimeProvider.System))
        {
            new JsonLineLogger("a.logger", lines, TimeProvider.System).Log(LogLevel.Warning, new EventId(1), state, exception, (_, _) => "the message");
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }

    private sealed class Request : LoggedRequest
    {
        public override string TraceId => Id.ToString("N");
    }
}
