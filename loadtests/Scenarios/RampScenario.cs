using System.CommandLine;
using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Scenarios;

/// <summary>A rate that grows, and stays at its highest for a while.</summary>
internal sealed class RampScenario : ScenarioCommand
{
    private readonly Option<int> _rate = LoadOptions.Rate("--rate", "Requests a second at the end.", 1_500);
    private readonly Option<int> _seconds = LoadOptions.Seconds("--seconds", "How long the rate grows, from nothing.", 20);
    private readonly Option<int> _holdSeconds = LoadOptions.Seconds("--hold-seconds", "How long it then stays.", 5);
    private readonly Option<string?> _path = LoadOptions.Path("/bytes/100");

    public RampScenario()
        : base("ramp", "A rate that grows: from where on do answers take longer?", maximumP99Milliseconds: 250)
    {
        Options.Add(_rate);
        Options.Add(_seconds);
        Options.Add(_holdSeconds);
        Options.Add(_path);
    }

    protected override Task<LoadPlan> PlanAsync(LoadTarget target, ParseResult values) => Task.FromResult(new LoadPlan(
        new Scenario(
            Name,
            target.Get(values.GetValue(_path)!),
            new LoadSimulation.RampingInject(values.GetValue(_rate), Second, TimeSpan.FromSeconds(values.GetValue(_seconds))),
            new LoadSimulation.Inject(values.GetValue(_rate), Second, TimeSpan.FromSeconds(values.GetValue(_holdSeconds))))
        {
            Thresholds = [Threshold.P99(Name, MaximumP99(values))],
        }));
}
