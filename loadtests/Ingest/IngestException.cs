namespace Gateway.LoadTests.Ingest;

/// <summary>It could not be measured, and this is why.</summary>
internal sealed class IngestException(string message) : Exception(message);
