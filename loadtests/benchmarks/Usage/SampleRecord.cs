using Gateway.Contracts.Usage;
using Gateway.Usage.Journal;

namespace Gateway.Benchmarks.Usage;

/// <summary>A request as most are.</summary>
internal static class SampleRecord
{
    public static UsageRecord Mint() => new()
    {
        Id = Guid.CreateVersion7(),
        Sequence = 1,
        Time = UsageEventJson.CutToMicroseconds(TimeProvider.System.GetUtcNow()),
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
}
