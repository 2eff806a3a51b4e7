using System.CommandLine;
using Gateway.LoadTests.Scenarios;

namespace Gateway.LoadTests.Outage;

/// <summary><c>loadtests outage</c>.</summary>
internal sealed class OutageCommand : ToolCommand
{
    private const int MaximumMinutes = 24 * 60;
    private const int MinimumMebibytes = 64;
    private const int MaximumMebibytes = 1 << 20;
    private const long Mebibyte = 1 << 20;

    private readonly Option<int> _minutes = LoadOptions.Whole("--minutes", "How long Kafka is gone.", 60, 1, MaximumMinutes);
    private readonly Option<int> _rate = LoadOptions.Rate("--rate", "Requests a second, before, meanwhile and afterwards.", 500);
    private readonly Option<int?> _journalMebibytes = LoadOptions.WholeOrNone(
        "--journal-mebibytes",
        "What the journal may take; without it, the gateway's default, which is 1024. An event takes some 350 bytes of it; where it is full, requests are answered with 503.",
        MinimumMebibytes,
        MaximumMebibytes);

    public OutageCommand()
        : base(
            "outage",
            "No Kafka for an hour: is each answered request stored once?",
            """
            Starts everything of its own (Apache Kafka from the folder KAFKA_HOME, which has
            to be set), sends requests, kills Kafka for so long and starts it again, all
            under the same load. A line a minute: answers, latency, memory of the gateway,
            bytes of its journal. Then: how long it took until all was stored, and whether
            each answered request is there once, in rows, in the ledger and for `keygen
            reconcile` (exit code 1 if not).

            Data is in the folder for temporary files (TMPDIR) and gone afterwards. Build
            Gateway.sln with -c Release first.
            """)
    {
        Options.Add(_minutes);
        Options.Add(_rate);
        Options.Add(_journalMebibytes);
    }

    public OutageScenario Read(ParseResult values) => new(
        TimeSpan.FromMinutes(values.GetValue(_minutes)), values.GetValue(_rate), values.GetValue(_journalMebibytes) * Mebibyte);

    protected override Task<string?> RunAsync(ParseResult values, TextWriter output, CancellationToken cancellationToken) =>
        OutageRun.RunAsync(Read(values), output, cancellationToken);
}
