using System.CommandLine;
using Gateway.Contracts;
using Gateway.LoadTests.Scenarios;

namespace Gateway.LoadTests.Ingest;

/// <summary><c>loadtests ingest</c>.</summary>
internal sealed class IngestCommand : ToolCommand
{
    private const int MinimumEvents = 20_000;
    private const int MaximumEvents = 5_000_000;
    private const int MaximumRowsPresent = 1_000_000_000;
    private const int MinimumBatchMessages = 100;

    /// <summary>The usage-processor's default.</summary>
    private const int DefaultBatchMessages = 5_000;

    private readonly Option<int> _events = LoadOptions.Whole("--events", "Usage events of each measurement.", 200_000, MinimumEvents, MaximumEvents);
    private readonly Option<int> _rounds = LoadOptions.Rounds("How often all is measured, in turn.", 3);
    private readonly Option<int> _processors = LoadOptions.Whole(
        "--processors", "With more than one: also two and so on, up to this many, on one topic.", 1, 1, Topics.UsageEventsPartitions);

    private readonly Option<int> _rowsPresent = LoadOptions.Whole(
        "--rows-present", "Also with that many rows in the table, spread over 90 days (some 4 GB for 10 million).", 0, 0, MaximumRowsPresent);

    private readonly Option<int> _batchMessages = LoadOptions.Whole(
        "--batch-messages",
        "Events of a transaction on either path (Consumer:BatchMessages of the usage-processor).",
        DefaultBatchMessages,
        MinimumBatchMessages,
        MinimumEvents / 2);

    private readonly Option<string?> _json = LoadOptions.Json();

    public IngestCommand()
        : base(
            "ingest",
            "How fast usage events are stored, beside PostgreSQL's own path.",
            """
            Starts a PostgreSQL and a broker of its own (the Kafka of KAFKA_HOME, else the
            embedded one), puts events into a topic, and lets usage-processors store them:
            events/s from their first commit to their last. Beside that, in turn,
            PostgreSQL's own path for the same rows: COPY (binary) into a staging table and
            INSERT … ON CONFLICT DO NOTHING, as many rows a transaction, as durable, over
            one connection.

            Data is in the folder for temporary files (TMPDIR) and gone afterwards. Build
            with -c Release first.
            """)
    {
        Options.Add(_events);
        Options.Add(_rounds);
        Options.Add(_processors);
        Options.Add(_rowsPresent);
        Options.Add(_batchMessages);
        Options.Add(_json);
    }

    public IngestScenario Read(ParseResult values) => new(
        values.GetValue(_events),
        values.GetValue(_rounds),
        values.GetValue(_processors),
        values.GetValue(_rowsPresent),
        values.GetValue(_batchMessages),
        values.GetValue(_json));

    protected override Task<string?> RunAsync(ParseResult values, TextWriter output, CancellationToken cancellationToken) =>
        IngestRun.RunAsync(Read(values), output, cancellationToken);
}
