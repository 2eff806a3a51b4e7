namespace Gateway.LoadTests.Running;

/// <summary>What became of a request.</summary>
/// <param name="Status">Its HTTP status; 0 where there was no answer.</param>
/// <param name="IsOk">Whether that is what the scenario expects.</param>
/// <param name="Bytes">Of the bodies, sent and received.</param>
internal readonly record struct Response(int Status, bool IsOk, long Bytes)
{
    /// <summary>The status of what was not answered.</summary>
    public const int NoAnswer = 0;
}
