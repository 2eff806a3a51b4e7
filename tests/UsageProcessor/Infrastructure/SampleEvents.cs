using Gateway.Contracts.Usage;

namespace Gateway.UsageProcessor.Tests.Infrastructure;

/// <summary>Events as a gateway mints them, spread over a few organizations, keys, routes and hours.</summary>
internal static class SampleEvents
{
    private const int Organizations = 5;
    private const int HoursCovered = 4;
    private const int NotBillableEach = 7;

    /// <summary>Half past ten in the evening (UTC), a few days ago: older events than raw rows are kept are refused.</summary>
    public static readonly DateTimeOffset Start = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-3).AddHours(22.5), TimeSpan.Zero);

    public static UsageEvent[] Many(int count) => [.. Enumerable.Range(1, count).Select(One)];

    public static UsageEvent One(int sequence) => new()
    {
        Id = Guid.CreateVersion7(Start.AddMilliseconds(sequence)),
        Source = "gateway/test",
        Sequence = sequence,
        Time = Start.AddHours(sequence % HoursCovered).AddTicks(sequence * TimeSpan.TicksPerMillisecond),
        OrganizationId = Number(1, sequence % Organizations),
        ApiKeyId = Number(2, sequence % (Organizations * 2)),
        RequestId = Guid.NewGuid(),
        Route = sequence % 2 == 0 ? "default" : "search",
        Method = "GET",
        Path = $"/v1/things/{sequence}",
        Status = sequence % NotBillableEach == 0 ? 503 : 200,
        Outcome = sequence % NotBillableEach == 0 ? UsageOutcome.BackendError : UsageOutcome.Forwarded,
        Billable = sequence % NotBillableEach != 0,
        Units = 1 + (sequence % 3),
        DurationMicroseconds = 1000 + sequence,
        BackendMicroseconds = 900 + sequence,
        RequestBytes = sequence,
        ResponseBytes = 2L * sequence,
    };

    private static Guid Number(int kind, int number) => new(kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(number + 1));
}
