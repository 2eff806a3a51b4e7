using Gateway.LoadTests.Stack;

namespace Gateway.LoadTests.Running;

/// <summary>All that was seen in one run.</summary>
/// <param name="Name">What was run.</param>
/// <param name="Target">What it was run against.</param>
/// <param name="StartedAt">When.</param>
/// <param name="Cores">Of the machine, which both ends share.</param>
/// <param name="Load">The machine's load average of the last minute, at the end.</param>
/// <param name="Scenarios">What came back, scenario by scenario.</param>
/// <param name="Gateway">The gateway's process, about every second; empty where it is not known.</param>
internal sealed record NodeStats(
    string Name,
    string Target,
    DateTimeOffset StartedAt,
    int Cores,
    double Load,
    IReadOnlyList<ScenarioStats> Scenarios,
    IReadOnlyList<ProcessSample> Gateway)
{
    /// <summary>What was stored of it; null where that could not be counted.</summary>
    public UsageStats? Usage { get; init; }

    /// <summary>What had to hold, and whether it did.</summary>
    public IReadOnlyList<ThresholdResult> Thresholds { get; init; } = [];

    /// <summary>Of the scenario with that name.</summary>
    public ScenarioStats Of(string scenario) => Scenarios.First(one => one.Name == scenario);
}
