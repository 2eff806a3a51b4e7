using BenchmarkDotNet.Attributes;
using Gateway.Contracts.Usage;

namespace Gateway.Benchmarks.Usage;

/// <summary>What it costs a usage-processor to read an event's message, and a gateway to write it.</summary>
[InProcess]
[MemoryDiagnoser]
public class EventJsonBenchmarks
{
    private UsageEvent _event = null!;
    private byte[] _message = [];

    /// <summary>An event as most are.</summary>
    [GlobalSetup]
    public void Mint()
    {
        var now = UsageEventJson.CutToMicroseconds(TimeProvider.System.GetUtcNow());
        _event = new UsageEvent
        {
            Id = Guid.CreateVersion7(now),
            Source = $"gateway/{Guid.NewGuid()}",
            Sequence = 123_456,
            Time = now,
            OrganizationId = Guid.NewGuid(),
            ApiKeyId = Guid.NewGuid(),
            RequestId = Guid.NewGuid(),
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
        _message = UsageEventJson.Serialize(_event);
    }

    /// <summary>One message.</summary>
    [Benchmark]
    public UsageEvent? Read() => UsageEventJson.TryParse(_message, out var usageEvent, out _) ? usageEvent : null;

    /// <summary>One event.</summary>
    [Benchmark]
    public byte[] Write() => UsageEventJson.Serialize(_event);
}
