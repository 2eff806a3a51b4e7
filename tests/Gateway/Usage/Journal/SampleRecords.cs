using Gateway.Contracts.Usage;
using Gateway.Usage.Journal;

namespace Gateway.Tests.Usage.Journal;

/// <summary>Records that can be told apart and checked: everything follows from the sequence.</summary>
internal static class SampleRecords
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 15, 30, 123, 456, TimeSpan.Zero);

    public static UsageRecord Begin(long sequence) => Record(sequence, hasEnded: false);

    public static UsageRecord End(long sequence) => Record(sequence, hasEnded: true);

    public static UsageEvent BeginEvent(string source, long sequence) => Begin(sequence).ToEvent(source);

    public static UsageEvent EndEvent(string source, long sequence) => End(sequence).ToEvent(source);

    private static UsageRecord Record(long sequence, bool hasEnded) => new()
    {
        Id = IdOf(1, sequence),
        Sequence = sequence,
        Time = Start.AddMicroseconds(sequence),
        OrganizationId = IdOf(2, sequence % 100),
        ApiKeyId = IdOf(3, sequence % 100),
        RequestId = IdOf(4, sequence),
        Route = "default",
        Method = "GET",
        Path = Paths[sequence % Paths.Length],
        Status = 200,
        Outcome = UsageOutcome.Forwarded,
        Billable = true,
        Units = 1 + (sequence % 7),
        DurationMicroseconds = hasEnded ? 1843 : 0,
        BackendMicroseconds = 1610,
        RequestBytes = hasEnded ? sequence : 0,
        ResponseBytes = hasEnded ? 512 : 0,
    };

    private static readonly string[] Paths = ["/v1/things/42", "/", "/v1/größe/" + new string('x', 100), "/v1/things/" + new string('y', 501)];

    private static Guid IdOf(int kind, long number) => new(kind, 0, 0, BitConverter.GetBytes(number));
}
