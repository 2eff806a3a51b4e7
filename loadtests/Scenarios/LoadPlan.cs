using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Scenarios;

/// <summary>What is run, and what has to hold.</summary>
/// <param name="Scenarios">All at the same time.</param>
internal sealed record LoadPlan(params IReadOnlyList<Scenario> Scenarios)
{
    /// <summary>What has to hold besides what the scenarios say.</summary>
    public IReadOnlyList<Threshold> Thresholds { get; init; } = [];
}
