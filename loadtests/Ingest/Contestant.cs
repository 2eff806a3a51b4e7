namespace Gateway.LoadTests.Ingest;

/// <summary>What stores the events.</summary>
/// <param name="Processors">That many usage-processors; 0 for PostgreSQL's own path.</param>
/// <param name="OnPresentRows">Whether into the table that has rows already, or into an empty one.</param>
internal sealed record Contestant(int Processors, bool OnPresentRows)
{
    /// <summary>What the table calls it.</summary>
    public string Name => (Processors switch { 0 => "PostgreSQL's own", 1 => "1 processor", _ => $"{Processors} processors" })
        + (OnPresentRows ? ", rows" : string.Empty);

    /// <summary>What it is compared with: PostgreSQL's own path into the same table.</summary>
    public Contestant ToOwnPath() => this with { Processors = 0 };
}
