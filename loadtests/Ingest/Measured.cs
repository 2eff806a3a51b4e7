namespace Gateway.LoadTests.Ingest;

/// <summary>What was seen between two commits; see <see cref="Measurement"/>.</summary>
internal readonly record struct Measured(long Events, TimeSpan Elapsed, TimeSpan ProcessorTime, TimeSpan DatabaseTime, long PeakBytes);
