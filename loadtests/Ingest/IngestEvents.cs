using Gateway.Contracts.Usage;

namespace Gateway.LoadTests.Ingest;

/// <summary>
/// Usage events as a few gateways mint them in an hour: 50 organizations with 4 keys each, 3 routes, in the order of time.
/// </summary>
internal static class IngestEvents
{
    public const int Organizations = 50;
    public const int KeysOfOrganization = 4;
    public const int Sources = 4;

    private const int OrganizationKind = 1;
    private const int KeyKind = 2;
    private static readonly TimeSpan Covered = TimeSpan.FromHours(1);
    private static readonly string[] Routes = ["default", "search", "upload"];
    private static readonly string[] Methods = ["GET", "GET", "GET", "POST", "DELETE"];

    /// <summary>How the sources of a set begin: no two sets share one.</summary>
    public static string SourcePrefix(int set) => $"gateway/ingest-{set}-";

    /// <summary>So many events, no two alike.</summary>
    /// <param name="set">Sets differ in their ids and sources; organizations, keys and routes are the same.</param>
    /// <param name="count">How many.</param>
    /// <param name="now">The end of the hour that they cover.</param>
    public static IEnumerable<UsageEvent> Mint(int set, int count, DateTimeOffset now)
    {
        // The same choices in every run.
        var random = new Random(set);
        var step = Covered / count;
        var start = now - Covered;
        for (var number = 0; number < count; number++)
        {
            yield return One(random, $"{SourcePrefix(set)}{number % Sources}", (number / Sources) + 1, ToMicroseconds(start + (number * step)));
        }
    }

    /// <summary>Which organization has this number, from 0.</summary>
    public static Guid Organization(int number) => Numbered(OrganizationKind, number);

    private static UsageEvent One(Random random, string source, long sequence, DateTimeOffset time)
    {
        var organization = random.Next(Organizations);
        var outcome = random.Next(100) switch
        {
            < 2 => UsageOutcome.BackendError,
            < 5 => UsageOutcome.RateLimited,
            _ => UsageOutcome.Forwarded,
        };
        return new UsageEvent
        {
            Id = Guid.CreateVersion7(time),
            Source = source,
            Sequence = sequence,
            Time = time,
            OrganizationId = Organization(organization),
            ApiKeyId = Numbered(KeyKind, (organization * KeysOfOrganization) + random.Next(KeysOfOrganization)),
            RequestId = Guid.NewGuid(),
            Route = Routes[random.Next(Routes.Length)],
            Method = Methods[random.Next(Methods.Length)],
            Path = $"/v1/things/{random.Next(1_000_000)}",
            Status = outcome switch { UsageOutcome.BackendError => 502, UsageOutcome.RateLimited => 429, _ => 200 },
            Outcome = outcome,
            Billable = outcome == UsageOutcome.Forwarded,
            Units = 1 + random.Next(3),
            DurationMicroseconds = 500 + random.Next(20_000),
            BackendMicroseconds = outcome == UsageOutcome.RateLimited ? 0 : 400 + random.Next(20_000),
            RequestBytes = random.Next(2_000),
            ResponseBytes = random.Next(20_000),
        };
    }

    private static DateTimeOffset ToMicroseconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));

    private static Guid Numbered(int kind, int number) => new(kind, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(number >> 8), (byte)number);
}
