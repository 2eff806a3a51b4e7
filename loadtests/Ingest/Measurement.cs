namespace Gateway.LoadTests.Ingest;

/// <summary>What storing one set of events took, from the first commit to the last.</summary>
/// <param name="Contestant">Who stored them.</param>
/// <param name="Round">From 1.</param>
/// <param name="Events">Events between these commits: all but those of the first.</param>
/// <param name="Elapsed">The time between them.</param>
/// <param name="ProcessorTime">CPU of the usage-processors meanwhile; zero for PostgreSQL's own path.</param>
/// <param name="DatabaseTime">CPU of PostgreSQL meanwhile, all of its processes.</param>
/// <param name="PeakBytes">The largest working set of a usage-processor since it started; 0 for PostgreSQL's own path.</param>
/// <param name="Load">The machine's load average of a minute when it began.</param>
/// <param name="Statements">What PostgreSQL says of the statements, empty where it has no pg_stat_statements.</param>
internal sealed record Measurement(
    Contestant Contestant,
    int Round,
    long Events,
    TimeSpan Elapsed,
    TimeSpan ProcessorTime,
    TimeSpan DatabaseTime,
    long PeakBytes,
    double Load,
    IReadOnlyList<StatementCost> Statements)
{
    private const double Million = 1_000_000;

    public double EventsPerSecond => Events / Elapsed.TotalSeconds;

    public double ProcessorSecondsPerMillion => ProcessorTime.TotalSeconds * Million / Events;

    public double DatabaseSecondsPerMillion => DatabaseTime.TotalSeconds * Million / Events;
}
