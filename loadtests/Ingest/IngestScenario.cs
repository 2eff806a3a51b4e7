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
