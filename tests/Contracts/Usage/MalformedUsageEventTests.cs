using System.Text;
using System.Text.Json.Nodes;
using Gateway.Contracts.Usage;

namespace Gateway.Contracts.Tests.Usage;

/// <summary>What is refused, and that the reason names the field and repeats nothing of the message.</summary>
public sealed class MalformedUsageEventTests
{
    private const string Secret = "sk_live_secret";
    private const string TooMuch = "1000000000000001";

    public static TheoryData<string> Fields => [.. Paths(JsonNode.Parse(SampleEvent.Json)!.AsObject())];

    public static TheoryData<string> TextFields => ["source", "data.route", "data.method", "data.path"];

    public static TheoryData<string> AmountFields => ["data.units", "data.durationUs", "data.backendUs", "data.requestBytes", "data.responseBytes"];

    public static TheoryData<string> IdFields => ["id", "subject", "data.apiKeyId"];

    [Theory]
    [MemberData(nameof(Fields))]
    public void Field_that_is_missing_is_named(string field) => Assert.Equal($"not a usage event: {field} is missing", Refuse(field, null));

    [Theory]
    [MemberData(nameof(Fields))]
    public void Field_that_is_null_is_named(string field) => Assert.Equal($"not a usage event: {field} is invalid", Refuse(field, "null"));

    [Theory]
    [MemberData(nameof(Fields))]
    public void Field_of_another_type_is_named(string field) =>
        Assert.Equal($"not a usage event: {field} is invalid", Refuse(field, $$"""[{"{{Secret}}":"{{Secret}}"}]"""));

    [Theory]
    [InlineData("specversion", "\"sk_live_secret\"")]
    [InlineData("type", "\"gateway.request.v2\"")]
    [InlineData("datacontenttype", "\"text/plain\"")]
    [InlineData("id", "\"sk_live_secret\"")]
    [InlineData("data.requestId", "\"sk_live_secret\"")]
    [InlineData("sequence", "184467")]
    [InlineData("sequence", "\"0\"")]
    [InlineData("sequence", "\"-1\"")]
    [InlineData("sequence", "\" 1\"")]
    [InlineData("sequence", "\"1e3\"")]
    [InlineData("sequence", "\"9223372036854775808\"")]
    [InlineData("sequence", "\"sk_live_secret\"")]
    [InlineData("time", "1700000000")]
    [InlineData("time", "\"sk_live_secret\"")]
    [InlineData("time", "\"2026-11-21T10:15:30\"")]
    [InlineData("time", "\"2026-11-21\"")]
    [InlineData("time", "\"2026-02-30T10:15:30Z\"")]
    [InlineData("time", "\"2019-12-31T23:59:59.999999Z\"")]
    [InlineData("time", "\"2100-01-01T00:00:00Z\"")]
    [InlineData("time", "\"0001-01-01T00:00:00+14:00\"")]
    [InlineData("data.status", "\"200\"")]
    [InlineData("data.status", "99")]
    [InlineData("data.status", "1000")]
    [InlineData("data.status", "200.5")]
    [InlineData("data.status", "99999999999")]
    [InlineData("data.outcome", "0")]
    [InlineData("data.outcome", "\"0\"")]
    [InlineData("data.outcome", "\"Forwarded\"")]
    [InlineData("data.outcome", "\"rateLimited\"")]
    [InlineData("data.outcome", "\"\"")]
    [InlineData("data.outcome", "\"sk_live_secret\"")]
    [InlineData("data.outcome", "\"forwarded, rate-limited\"")]
    [InlineData("data.billable", "\"true\"")]
    [InlineData("data.billable", "1")]
    public void Field_with_a_value_that_it_cannot_have_is_named(string field, string value) =>
        Assert.Contains(field, Refuse(field, value), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(IdFields))]
    public void Id_that_is_empty_is_named(string field) => Assert.Equal($"{field} is empty", Refuse(field, $"\"{Guid.Empty}\""));

    [Theory]
    [MemberData(nameof(AmountFields))]
    public void Amount_outside_what_can_be_added_up_is_named(string field)
    {
        foreach (var amount in (string[])["-1", TooMuch, "9223372036854775807", "9223372036854775808", "1e400", "1.5", "\"1\"", "NaN"])
        {
            var reason = Refuse(field, amount);
            Assert.True(reason.Contains(field, StringComparison.Ordinal) || amount == "NaN", $"{amount}: {reason}");
        }
    }

    [Theory]
    [MemberData(nameof(TextFields))]
    public void Text_that_cannot_be_stored_is_named(string field)
    {
        foreach (var text in (string[])[string.Empty, "a\\u0000b", new('x', 513), "half a pair \\ud83d", "half a pair \\udc00 too"])
        {
            Assert.Contains(field, Refuse(field, $"\"{text}\""), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Text_that_is_not_utf8_is_named()
    {
        var json = SampleEvent.With("data.path", "\"/caf?\"");
        json[Array.IndexOf(json, (byte)'?')] = 0xE9;

        Assert.Contains("data.path", Refuse(json), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("sk_live_secret")]
    [InlineData("{")]
    [InlineData("{\"sk_live_secret\":")]
    [InlineData("{} sk_live_secret")]
    [InlineData("{/*sk_live_secret*/}")]
    public void Message_that_is_not_json_is_refused(string message) =>
        Assert.Equal("not a usage event: not JSON", Refuse(Encoding.UTF8.GetBytes(message)));

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("\"sk_live_secret\"")]
    public void Message_that_is_no_object_is_refused(string message) =>
        Assert.Equal("not a usage event: not a JSON object", Refuse(Encoding.UTF8.GetBytes(message)));

    [Fact]
    public void Message_that_is_cut_off_anywhere_is_refused()
    {
        var json = UsageEventJson.Serialize(SampleEvent.Event);

        Assert.All(Enumerable.Range(0, json.Length), length => Refuse(json[..length]));
    }

    [Fact]
    public void Names_of_unknown_fields_are_not_repeated()
    {
        Refuse(Encoding.UTF8.GetBytes($$$"""{"{{{Secret}}}":{"{{{Secret}}}":tru}}"""));
        Refuse(Encoding.UTF8.GetBytes(SampleEvent.Json.Replace("{\"spec", $"{{\"{Secret}\":{new string('[', 100)}{new string(']', 100)},\"spec", StringComparison.Ordinal)));
    }

    [Fact]
    public void Name_that_is_not_text_is_refused() =>
        Refuse(Encoding.UTF8.GetBytes(SampleEvent.Json.Replace("\"specversion\"", "\"\\ud800\"", StringComparison.Ordinal)));

    private static string Refuse(string field, string? rawValue) => Refuse(SampleEvent.With(field, rawValue));

    private static string Refuse(byte[] json)
    {
        Assert.False(UsageEventJson.TryParse(json, out var usageEvent, out var reason));
        Assert.Null(usageEvent);
        Assert.DoesNotContain("secret", reason, StringComparison.Ordinal);
        Assert.InRange(reason.Length, 1, 200);
        return reason;
    }

    private static IEnumerable<string> Paths(JsonObject json) =>
        json.SelectMany(field => field.Value is JsonObject inner ? inner.Select(innerField => $"{field.Key}.{innerField.Key}").Prepend(field.Key) : [field.Key]);
}
