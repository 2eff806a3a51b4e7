namespace Gateway.LoadTests.Ingest;

/// <summary>How fast usage events are stored, beside what PostgreSQL itself can do with the same rows.</summary>
/// <param name="Events">Usage events of each measurement.</param>
/// <param name="Rounds">How often all is measured, in turn: what else the machine does then hits every one alike.</param>
/// <param name="Processors">Measured with one usage-processor, then two, up to this many on the same topic.</param>
/// <param name="RowsPresent">Rows of the last 90 days that are in the table beforehand, for a second comparison; 0 for none.</param>
/// <param name="BatchMessages">Events of one transaction, on either path.</param>
/// <param name="JsonFile">Where all measurements are written, or null.</param>
internal sealed record IngestScenario(int Events, int Rounds, int Processors, int RowsPresent, int BatchMessages, string? JsonFile)
{
    public const string Name = "ingest";

    public const string Usage =
        """
        usage:   loadtests ingest [--events 200000] [--rounds 3] [--processors 1] [--rows-present 0] [--batch-messages 5000] [--json FILE]

        Starts a PostgreSQL and a broker of its own (the Kafka of KAFKA_HOME, else the embedded one), puts events into a
        topic, and lets usage-processors store them: events/s from their first commit to their last. Beside that, in turn,
        PostgreSQL's own path for the same rows: COPY (binary) into a staging table and INSERT … ON CONFLICT DO NOTHING,
        as many rows a transaction, as durable, over one connection.
          --processors 4       also two, three and four processors on one topic
          --rows-present 10000000
                               also with that many rows in the table, spread over 90 days (some 4 GB for 10 million)
          --batch-messages 10000
                               events of a transaction on either path (Consumer:BatchMessages of the usage-processor)
          --json FILE          every measurement
        Data is in the folder for temporary files (TMPDIR) and gone afterwards. Build with -c Release first.
        """;

    public const int MinimumEvents = 20_000;
    public const int MaximumEvents = 5_000_000;

    /// <summary>The usage-processor's default.</summary>
    private const int DefaultBatchMessages = 5_000;

    private const int MaximumRounds = 100;
    private const int MaximumProcessors = Contracts.Topics.UsageEventsPartitions;
    private const int MinimumBatchMessages = 100;
    private const int MaximumRowsPresent = 1_000_000_000;

    /// <summary>Reads the arguments behind <c>ingest</c>; answers what is wrong with them, or null.</summary>
    public static string? TryParse(ReadOnlySpan<string> arguments, out IngestScenario scenario)
    {
        scenario = new IngestScenario(Events: 200_000, Rounds: 3, Processors: 1, RowsPresent: 0, DefaultBatchMessages, JsonFile: null);
        for (var index = 0; index < arguments.Length; index += 2)
        {
            var (option, value) = (arguments[index], index + 1 < arguments.Length ? arguments[index + 1] : string.Empty);
            if (option == LoadTests.JsonFile.Option)
            {
                if (LoadTests.JsonFile.Problem(value) is { } problem)
                {
                    return problem;
                }

                scenario = scenario with { JsonFile = value };
                continue;
            }

            (int Minimum, int Maximum)? range = option switch
            {
                "--events" => (MinimumEvents, MaximumEvents),
                "--rounds" => (1, MaximumRounds),
                "--processors" => (1, MaximumProcessors),
                "--rows-present" => (0, MaximumRowsPresent),
                "--batch-messages" => (MinimumBatchMessages, MinimumEvents / 2),
                _ => null,
            };
            if (range is not var (minimum, maximum))
            {
                return $"\"{option}\" is no option of {Name}";
            }

            if (!int.TryParse(value, out var number) || number < minimum || number > maximum)
            {
                return $"{option} takes a number from {minimum} to {maximum}";
            }

            scenario = option switch
            {
                "--events" => scenario with { Events = number },
                "--rounds" => scenario with { Rounds = number },
                "--processors" => scenario with { Processors = number },
                "--rows-present" => scenario with { RowsPresent = number },
                _ => scenario with { BatchMessages = number },
            };
        }

        return null;
    }

    /// <summary>What is measured in each round, in order.</summary>
    public IReadOnlyList<Contestant> Contestants()
    {
        var contestants = new List<Contestant> { new(Processors: 0, OnPresentRows: false) };
        for (var processors = 1; processors <= Processors; processors++)
        {
            contestants.Add(new Contestant(processors, OnPresentRows: false));
        }

        if (RowsPresent > 0)
        {
            contestants.Add(new Contestant(Processors: 0, OnPresentRows: true));
            contestants.Add(new Contestant(Processors: 1, OnPresentRows: true));
        }

        return contestants;
    }
}
