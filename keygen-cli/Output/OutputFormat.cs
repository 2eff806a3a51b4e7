namespace Gateway.Keygen.Output;

/// <summary>How data is written.</summary>
internal enum OutputFormat
{
    /// <summary>A table on a terminal, tab-separated lines in a pipe.</summary>
    Text,

    Json,

    Csv,
}
