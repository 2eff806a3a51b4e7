using System.Text;
using System.Text.Json.Nodes;
using Gateway.Contracts.Usage;

namespace Gateway.Contracts.Tests.Usage;

public sealed class UsageEventJsonTests
{
    [Fact]
    public void Event_is_written_as_the_design_shows() =>
        Assert.Equal(SampleEvent.Json.ReplaceLineEndings(string.Empty), Encoding.UTF8.GetString(UsageEventJson.Serialize(SampleEvent.Event)));

    [Fact]
    public void Event_of_the_design_is_read() => Assert.Equal(SampleEvent.Event, Read(Encoding.UTF8.GetBytes(SampleEvent.Json)));

    [Theory]
    [InlineData(UsageOutcome.Forwarded, "forwarded")]
    [InlineData(UsageOutcome.RateLimited, "rate-limited")]
    [InlineData(UsageOutcome.QuotaExceeded, "quota-exceeded")]
    [InlineData(UsageOutcome.Forbidden, "forbidden")]
    [InlineData(UsageOutcome.BackendError, "backend-error")]
    [InlineData(UsageOutcome.ClientAborted, "client-aborted")]
    public void Outcome_is_written_and_read_by_its_name(UsageOutcome outcome, string name)
    {
        var json = UsageEventJson.Serialize(SampleEvent.Event with { Outcome = outcome });

        Assert.Equal(name, JsonNode.Parse(json)!["data"]!["outcome"]!.GetValue<string>());
        Assert.Equal(outcome, Read(json).Outcome);
    }

    [Fact]
    public void Every_outcome_has_a_name_that_is_read_back() => Assert.All(
        Enum.GetValues<UsageOutcome>(),
        outcome => Assert.Equal(outcome, Read(UsageEventJson.Serialize(SampleEvent.Event with { Outcome = outcome })).Outcome));

    [Fact]
    public void Event_at_its_limits_comes_back_as_it_was()
    {
        var usageEvent = SampleEvent.Event with
        {
            Id = Guid.CreateVersion7(),
            Sequence = long.MaxValue,
            Source = new string('s', 200),
            Path = "/" + new string('ü', UsageEventJson.MaximumPathLength - 3) + "😀",
            Route = "route \"with\" <quotes> & 'more' \\ / \t",
            Time = new DateTimeOffset(2099, 12, 31, 23, 59, 59, 999, 999, TimeSpan.Zero),
            Status = 999,
            Billable = false,
            Units = 1_000_000_000_000_000,
            RequestBytes = 1_000_000_000_000_000,
        };

        Assert.Equal(usageEvent, Read(UsageEventJson.Serialize(usageEvent)));
    }

    [Theory]
    [InlineData("2026-11-21T10:15:30.1234569Z", "2026-11-21T10:15:30.123456Z")]
    [InlineData("2026-11-21T12:15:30.1234569+02:00", "2026-11-21T10:15:30.123456Z")]
    [InlineData("2026-11-21T10:15:30Z", "2026-11-21T10:15:30.000000Z")]
    public void Time_is_read_as_utc_and_cut_to_microseconds(string written, string expected)
    {
        var time = Read(SampleEvent.With("time", $"\"{written}\"")).Time;

        Assert.Equal(TimeSpan.Zero, time.Offset);
        Assert.Equal(expected, time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"));
    }

    [Fact]
    public void Time_is_written_as_utc_and_cut_to_microseconds()
    {
        var time = new DateTimeOffset(2026, 11, 21, 12, 15, 30, TimeSpan.FromHours(2)).AddTicks(1234569);

        var json = UsageEventJson.Serialize(SampleEvent.Event with { Time = time });

        Assert.Equal("2026-11-21T10:15:30.123456Z", JsonNode.Parse(json)!["time"]!.GetValue<string>());
        Assert.Equal(UsageEventJson.CutToMicroseconds(time), Read(json).Time);
    }

    [Fact]
    public void Fields_that_this_version_does_not_know_are_ignored()
    {
        var json = JsonNode.Parse(SampleEvent.Json)!.AsObject();
        json["dataschema"] = "https://example.com/v2";
        json["data"]!["region"] = new JsonObject { ["name"] = "eu", ["zones"] = new JsonArray(1, 2) };

        Assert.Equal(SampleEvent.Event, Read(Encoding.UTF8.GetBytes(json.ToJsonString())));
    }

    [Fact]
    public void Fields_are_read_in_any_order()
    {
        var json = new JsonObject(JsonNode.Parse(SampleEvent.Json)!.AsObject().Reverse().Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));

        Assert.Equal(SampleEvent.Event, Read(Encoding.UTF8.GetBytes(json.ToJsonString())));
    }

    private static UsageEvent Read(byte[] json)
    {
        Assert.True(UsageEventJson.TryParse(json, out var usageEvent, out var reason), reason);
        return usageEvent;
    }
}
