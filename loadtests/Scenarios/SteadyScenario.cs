using System.CommandLine;
using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Scenarios;

/// <summary>A rate that stays.</summary>
internal sealed class SteadyScenario : ScenarioCommand
{
    private readonly Option<int> _rate = LoadOptions.Rate("--rate", "Requests a second.", 500);
    private readonly Option<int> _seconds = LoadOptions.Seconds("--seconds", "For how long.", 20);
    private readonly Option<string?> _path = LoadOptions.Path("/bytes/100");

    public SteadyScenario()
        : base("steady", "A steady rate, sent whether or not earlier requests were answered.", maximumP99Milliseconds: 100)
    {
        Options.Add(_rate);
        Options.Add(_seconds);
        Options.Add(_path);
    }

    protected override Task<LoadPlan> PlanAsync(LoadTarget target, ParseResult values) => Task.FromResult(new LoadPlan(
        new Scenario(
            Name,
            target.Get(values.GetValue(_path)!),
            new LoadSimulation.Inject(values.GetValue(_rate), Second, TimeSpan.FromSeconds(values.GetValue(_seconds))))
        {
            Thresholds = [Threshold.P99(Name, MaximumP99(values))],
        }));
}
