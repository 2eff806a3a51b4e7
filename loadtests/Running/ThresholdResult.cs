namespace Gateway.LoadTests.Running;

/// <summary>What a threshold came to.</summary>
/// <param name="Name">Which figure.</param>
/// <param name="Unit">What it is counted in.</param>
/// <param name="Maximum">The largest that is allowed.</param>
/// <param name="Actual">What it was; null where there was nothing to read it from.</param>
internal sealed record ThresholdResult(string Name, string Unit, double Maximum, double? Actual)
{
    public bool Passed => Actual <= Maximum;

    /// <summary>For people.</summary>
    public override string ToString() =>
        $"{(Passed ? "✓" : "✗")} {Name}: {(Actual is { } actual ? $"{actual:0.##} {Unit}" : "nothing to judge by")}, at most {Maximum:0.##} {Unit}";
}
