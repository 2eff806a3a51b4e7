using System.CommandLine;
using Gateway.LoadTests.Running;
using Gateway.LoadTests.Stack;

namespace Gateway.LoadTests.Scenarios;

/// <summary>A route whose answers take seconds, beside others that have to stay as fast as without it.</summary>
internal sealed class SlowBackendScenario : ScenarioCommand
{
    private const string Alone = "fast-alone";
    private const string Fast = "fast";
    private const string Slow = "slow";
    private const int MaximumMilliseconds = 20_000;

    private readonly Option<int> _rate = LoadOptions.Rate("--rate", "Requests a second of the fast routes.", 300);
    private readonly Option<int> _slowRate = LoadOptions.Rate("--slow-rate", "Requests a second of the slow one.", 100);
    private readonly Option<int> _slowMilliseconds = LoadOptions.Whole("--slow-ms", "How long the backend takes for each of these.", 3_000, 1, MaximumMilliseconds);
    private readonly Option<int> _seconds = LoadOptions.Seconds("--seconds", "How long the fast ones are alone, and then beside the slow one.", 12);
    private readonly Option<double> _maximumAdded = LoadOptions.Limit(
        "--max-added-ms", "The run fails when the slow route makes the others' p99 longer by more than this.", 50);

    public SlowBackendScenario()
        : base("slow-backend", "A backend that takes seconds on one route: do the other routes notice?", maximumP99Milliseconds: 100)
    {
        Options.Add(_rate);
        Options.Add(_slowRate);
        Options.Add(_slowMilliseconds);
        Options.Add(_seconds);
        Options.Add(_maximumAdded);
    }

    protected override LoadStackOptions StackOptions(ParseResult values) => new()
    {
        GatewaySettings = new Dictionary<string, string?>
        {
            ["ReverseProxy__Routes__slow__ClusterId"] = "default",
            ["ReverseProxy__Routes__slow__Match__Path"] = "/slow",
        },
    };

    protected override Task<LoadPlan> PlanAsync(LoadTarget target, ParseResult values)
    {
        var (rate, during) = (values.GetValue(_rate), TimeSpan.FromSeconds(values.GetValue(_seconds)));
        var send = target.Get("/bytes/100");
        return Task.FromResult(new LoadPlan(
            new Scenario(Alone, send, new LoadSimulation.Inject(rate, Second, during)),
            new Scenario(Fast, send, new LoadSimulation.Pause(during), new LoadSimulation.Inject(rate, Second, during))
            {
                Thresholds = [Threshold.P99(Fast, MaximumP99(values)), Threshold.AddedP99(Fast, Alone, values.GetValue(_maximumAdded))],
            },
            new Scenario(
                Slow,
                target.Get($"/slow?ms={values.GetValue(_slowMilliseconds)}"),
                new LoadSimulation.Pause(during),
                new LoadSimulation.Inject(values.GetValue(_slowRate), Second, during))));
    }
}
