using System.Text;
using System.Text.Json.Nodes;
using Gateway.Contracts.Usage;

namespace Gateway.Contracts.Tests.Usage;

/// <summary>One event, as an object and as the JSON that the design shows.</summary>
internal static class SampleEvent
{
    /// <summary>Byte for byte what goes over the wire.</summary>
    public const string Json =
        """
        {"specversion":"1.0","type":"gateway.request.v1","id":"01982d3c-5f00-7abc-8def-0123456789ab","source":"gateway/instance-1","sequence":"184467",
        "subject":"00000000-0000-0000-0000-000000000001","time":"2026-11-21T10:15:30.123456Z","datacontenttype":"application/json",
        "data":{"apiKeyId":"11111111-1111-1111-1111-111111111111","requestId":"22222222-2222-2222-2222-222222222222","route":"default",
        "method":"GET","path":"/v1/things/42","status":200,"outcome":"forwarded",
        "billable":true,"units":1,"durationUs":1843,"backendUs":1610,"requestBytes":0,"responseBytes":512}}
        """;

    public static UsageEvent Event { get; } = new()
    {
        Id = Guid.Parse("01982d3c-5f00-7abc-8def-0123456789ab"),
        Source = "gateway/instance-1",
        Sequence = 184467,
        Time = new DateTimeOffset(2026, 11, 21, 10, 15, 30, 123, 456, TimeSpan.Zero),
        OrganizationId = Guid.Parse("00000000-0000-0000-0000-000000000001"),
        ApiKeyId = Guid.Parse("11111111-1111-1111-1111-111111111111"),
        RequestId = Guid.Parse("22222222-2222-2222-2222-222222222222"),
        Route = "default",
        Method = "GET",
        Path = "/v1/things/42",
        Status = 200,
        Outcome = UsageOutcome.Forwarded,
        Billable = true,
        Units = 1,
        DurationMicroseconds = 1843,
        BackendMicroseconds = 1610,
        RequestBytes = 0,
        ResponseBytes = 512,
    };

    /// <summary>The JSON with one field replaced by raw JSON, or left out where that is <c>null</c>.</summary>
    /// <param name="field">A name, or <c>data.</c> and a name.</param>
    /// <param name="rawValue">JSON that need not be valid.</param>
    public static byte[] With(string field, string? rawValue)
    {
        var root = JsonNode.Parse(Json)!.AsObject();
        var isInData = field.StartsWith("data.", StringComparison.Ordinal);
        var parent = isInData ? root["data"]!.AsObject() : root;
        var name = isInData ? field["data.".Length..] : field;
        const string Placeholder = "the value goes here";
        parent.Remove(name);
        if (rawValue is not null)
        {
            parent[name] = Placeholder;
        }

        return Encoding.UTF8.GetBytes(root.ToJsonString().Replace($"\"{Placeholder}\"", rawValue, StringComparison.Ordinal));
    }
}
