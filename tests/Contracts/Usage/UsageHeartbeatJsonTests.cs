using System.Text;
using Gateway.Contracts.Usage;

namespace Gateway.Contracts.Tests.Usage;

public sealed class UsageHeartbeatJsonTests
{
    private const string Secret = "sk_live_secret";

    private const string Json =
        """
        {"specversion":"1.0","type":"gateway.heartbeat.v1","id":"01982d3c-5f00-7abc-8def-0123456789ab","source":"gateway/instance-1",
        "time":"2026-11-21T10:15:30.123456Z","datacontenttype":"application/json","data":{"lastSequence":184467,"ended":true}}
        """;

    private static readonly UsageHeartbeat Heartbeat = new()
    {
        Id = Guid.Parse("01982d3c-5f00-7abc-8def-0123456789ab"),
        Source = "gateway/instance-1",
        Time = new DateTimeOffset(2026, 11, 21, 10, 15, 30, 123, 456, TimeSpan.Zero),
        LastSequence = 184467,
        Ended = true,
    };

    [Fact]
    public void Heartbeat_is_written_as_specified_and_read_back_as_it_was()
    {
        var bytes = UsageHeartbeatJson.Serialize(Heartbeat);

        Assert.Equal(Json.Replace("\n", string.Empty, StringComparison.Ordinal), Encoding.UTF8.GetString(bytes));
        Assert.True(UsageHeartbeatJson.TryParse(bytes, out var heartbeat, out _));
        Assert.Equal(Heartbeat, heartbeat);
        Assert.True(UsageHeartbeatJson.Claims(bytes));
    }

    [Fact]
    public void Sequences_that_are_pending_or_were_never_answered_are_told_as_ranges()
    {
        var heartbeat = Heartbeat with { Pending = [new(10, 12), new(14, 14)], Unanswered = [new(184467, 184467)] };

        var bytes = UsageHeartbeatJson.Serialize(heartbeat);

        Assert.Contains(
            "\"ended\":true,\"pending\":[[10,12],[14,14]],\"unanswered\":[[184467,184467]]}", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.True(UsageHeartbeatJson.TryParse(bytes, out var read, out _));
        Assert.Equal(heartbeat.Pending, read.Pending);
        Assert.Equal(heartbeat.Unanswered, read.Unanswered);
    }

    [Theory]
    [InlineData("[[0,1]]")]
    [InlineData("[[2,1]]")]
    [InlineData("[[1,2],[2,3]]")]
    [InlineData("[[1,184468]]")]
    [InlineData("[[1]]")]
    [InlineData("[[1,2,3]]")]
    [InlineData("[null]")]
    public void Ranges_that_are_none_are_refused_with_the_field(string ranges)
    {
        foreach (var field in (string[])["pending", "unanswered"])
        {
            var bytes = Encoding.UTF8.GetBytes(Json.Replace("true}", $"true,\"{field}\":{ranges}}}", StringComparison.Ordinal));
            Assert.False(UsageHeartbeatJson.TryParse(bytes, out _, out var reason));
            Assert.Contains($"data.{field}", reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Ranges_are_made_of_ascending_sequences_and_the_highest_are_left_out_where_there_are_too_many()
    {
        Assert.Equal([new(1, 3), new(5, 5), new(7, 8)], SequenceRange.Of([1, 2, 3, 5, 7, 8], maximum: 3));
        Assert.Equal([new(1, 3), new(5, 5)], SequenceRange.Of([1, 2, 3, 5, 7, 8], maximum: 2));
        Assert.Empty(SequenceRange.Of([], maximum: 1));
    }

    [Fact]
    public void Heartbeat_is_no_usage_event_and_an_event_no_heartbeat()
    {
        Assert.False(UsageEventJson.TryParse(Encoding.UTF8.GetBytes(Json), out _, out _));
        Assert.False(UsageHeartbeatJson.TryParse(Encoding.UTF8.GetBytes(SampleEvent.Json), out _, out _));
        Assert.False(UsageHeartbeatJson.Claims(Encoding.UTF8.GetBytes(SampleEvent.Json)));
    }

    [Theory]
    [InlineData("\"1.0\"", "\"2.0\"", "specversion is not 1.0")]
    [InlineData("application/json", "text/plain", "datacontenttype is not application/json")]
    [InlineData("01982d3c-5f00-7abc-8def-0123456789ab", "00000000-0000-0000-0000-000000000000", "id is empty")]
    [InlineData("2026-11-21", "2019-11-21", "time is outside 2020 to 2099")]
    [InlineData("2026-11-21T10:15:30.123456Z", Secret, "not a heartbeat: time is invalid")]
    [InlineData("gateway/instance-1", "", "source is empty, longer than 200 characters, or has a NUL")]
    [InlineData("gateway/instance-1", "\\u0000", "source is empty, longer than 200 characters, or has a NUL")]
    [InlineData("gateway/instance-1", "\\ud800", "not a heartbeat: source is invalid")]
    [InlineData("184467", "-1", "data.lastSequence is below 0")]
    [InlineData("184467", "\"184467\"", "not a heartbeat: data.lastSequence is invalid")]
    [InlineData("184467", "9223372036854775808", "not a heartbeat: data.lastSequence is invalid")]
    [InlineData("true", "null", "not a heartbeat: data.ended is invalid")]
    [InlineData(",\"ended\":true", "", "not a heartbeat: data.ended is missing")]
    [InlineData("\"source\":\"gateway/instance-1\",", "", "not a heartbeat: source is missing")]
    public void Heartbeat_that_is_malformed_is_refused_with_the_field(string from, string to, string expected)
    {
        Assert.Contains(from, Json, StringComparison.Ordinal);
        var bytes = Encoding.UTF8.GetBytes(Json.Replace(from, to, StringComparison.Ordinal));

        Assert.True(UsageHeartbeatJson.Claims(bytes));
        Assert.False(UsageHeartbeatJson.TryParse(bytes, out var heartbeat, out var reason));
        Assert.Null(heartbeat);
        Assert.Equal(expected, reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":"\ud800"}""")]
    public void What_has_no_such_type_claims_nothing(string json) => Assert.False(UsageHeartbeatJson.Claims(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("type", "\"gateway.request.v9\"", true)]
    [InlineData("data.units", "-1", true)]
    [InlineData("data", "7", true)]
    [InlineData("sequence", "184467", false)]
    [InlineData("sequence", "\"0\"", false)]
    [InlineData("sequence", null, false)]
    [InlineData("source", "\"\"", false)]
    [InlineData("source", "\"\\ud800\"", false)]
    [InlineData("source", null, false)]
    public void Origin_is_read_from_what_is_no_event_otherwise(string field, string? rawValue, bool isReadable) => Assert.Equal(
        isReadable ? new UsageEventOrigin("gateway/instance-1", 184467) : null, UsageEventOrigin.TryRead(SampleEvent.With(field, rawValue)));
}
