namespace Gateway.LoadTests.Compare;

/// <summary>What is compared, and how.</summary>
/// <param name="Connections">Of the load, each with one request under way at most.</param>
/// <param name="During">Each measurement.</param>
/// <param name="WarmUp">Load on each contestant beforehand, once: the runtime compiles for more than a minute what turns out to run often.</param>
/// <param name="Rounds">How often all is measured, in turn: what else the machine does then hits everyone alike.</param>
/// <param name="Only">The contestants; all that can be started where it is empty.</param>
/// <param name="JsonFile">Where all measurements are written, or null.</param>
/// <param name="IsCheck">Whether a missed threshold is a failure.</param>
internal sealed record CompareScenario(
    int Connections, TimeSpan During, TimeSpan WarmUp, int Rounds, IReadOnlyList<string> Only, string? JsonFile, bool IsCheck)
{
    /// <summary>Whether somebody is to take part.</summary>
    public bool Wants(string contestant) => Only.Count == 0 || Only.Contains(contestant, StringComparer.Ordinal);
}
