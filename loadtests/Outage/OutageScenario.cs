using Gateway.LoadTests.Scenarios;
using Gateway.LoadTests.Stack;

namespace Gateway.LoadTests.Outage;

/// <summary>A gateway that serves while its broker is gone, and what becomes of what it served.</summary>
/// <param name="During">How long the broker is gone.</param>
/// <param name="Rate">Requests per second, sent when they are due, before, meanwhile and afterwards.</param>
/// <param name="JournalBytes">What the journal may take (<c>Usage:JournalMaximumBytes</c>); null for the gateway's default.</param>
internal sealed record OutageScenario(TimeSpan During, int Rate, long? JournalBytes)
{
    public const string Name = "outage";

    public const string Usage =
        """
        usage:   KAFKA_HOME=… loadtests outage [--minutes 60] [--rate 500] [--journal-mebibytes 1024]

        Starts everything of its own, sends requests, kills Kafka for so long and starts it again, all under the same load.
        A line a minute: answers, latency, memory of the gateway, bytes of its journal. Then: how long it took until all was
        stored, and whether each answered request is there once, in rows, in the ledger and for `keygen reconcile` (exit code 1
        if not). An event takes some 350 bytes of the journal; where it is full, requests are answered with 503.
        Data is in the folder for temporary files (TMPDIR) and gone afterwards. Build Gateway.sln with -c Release first.
        """;

    private const int MaximumMinutes = 24 * 60;
    private const int MaximumMebibytes = 1 << 20;
    private const int Mebibyte = 1 << 20;

    public LoadStackOptions ToStackOptions() => new()
    {
        GatewaySettings = new Dictionary<string, string?> { ["Usage__JournalMaximumBytes"] = JournalBytes is null ? null : $"{JournalBytes}" },
    };

    /// <summary>Reads the arguments behind <c>outage</c>; answers what is wrong with them, or null.</summary>
    public static string? TryParse(ReadOnlySpan<string> arguments, out OutageScenario scenario)
    {
        scenario = new OutageScenario(TimeSpan.FromMinutes(60), Rate: 500, JournalBytes: null);
        for (var index = 0; index < arguments.Length; index += 2)
        {
            var option = arguments[index];
            var (minimum, maximum) = option switch
            {
                "--minutes" => (1, MaximumMinutes),
                "--rate" => (1, LoadOptions.MaximumRate),
                "--journal-mebibytes" => (64, MaximumMebibytes),
                _ => (0, 0),
            };
            if (maximum == 0)
            {
                return $"\"{option}\" is no option of {Name}";
            }

            if (index + 1 == arguments.Length || !int.TryParse(arguments[index + 1], out var number) || number < minimum || number > maximum)
            {
                return $"{option} takes a number from {minimum} to {maximum}";
            }

            scenario = option switch
            {
                "--minutes" => scenario with { During = TimeSpan.FromMinutes(number) },
                "--rate" => scenario with { Rate = number },
                _ => scenario with { JournalBytes = (long)number * Mebibyte },
            };
        }

        return null;
    }
}
