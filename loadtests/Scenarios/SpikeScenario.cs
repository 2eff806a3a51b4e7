using System.CommandLine;
using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Scenarios;

/// <summary>A spike between two calm stretches. What piled up in it may take a moment; afterwards all has to be as before.</summary>
internal sealed class SpikeScenario : ScenarioCommand
{
    private const string Before = "before";
    private const string Spike = "spike";
    private const string After = "after";

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    private readonly Option<int> _rate = LoadOptions.Rate("--rate", "Requests a second before and after.", 300);
    private readonly Option<int> _spikeRate = LoadOptions.Rate("--spike-rate", "Requests a second in the spike.", 3_000);
    private readonly Option<int> _spikeSeconds = LoadOptions.Seconds("--spike-seconds", "How long the spike is.", 3);
    private readonly Option<int> _seconds = LoadOptions.Seconds("--seconds", "How long it is calm before, and again after.", 10);
    private readonly Option<string?> _path = LoadOptions.Path("/bytes/100");

    public SpikeScenario()
        : base("spike", "Ten times the load for some seconds: it fails when requests do, or when it is not calm again 3 s later.", maximumP99Milliseconds: 100)
    {
        Options.Add(_rate);
        Options.Add(_spikeRate);
        Options.Add(_spikeSeconds);
        Options.Add(_seconds);
        Options.Add(_path);
    }

    protected override Task<LoadPlan> PlanAsync(LoadTarget target, ParseResult values)
    {
        var (send, rate) = (target.Get(values.GetValue(_path)!), values.GetValue(_rate));
        var (calm, spike) = (TimeSpan.FromSeconds(values.GetValue(_seconds)), TimeSpan.FromSeconds(values.GetValue(_spikeSeconds)));
        return Task.FromResult(new LoadPlan(
            new Scenario(Before, send, new LoadSimulation.Inject(rate, Second, calm)) { Thresholds = [Threshold.P99(Before, MaximumP99(values))] },
            new Scenario(
                Spike,
                send,
                new LoadSimulation.Pause(calm),
                new LoadSimulation.Inject(values.GetValue(_spikeRate), Second, spike),
                new LoadSimulation.Inject(rate, Second, Settling)),
            new Scenario(After, send, new LoadSimulation.Pause(calm + spike + Settling), new LoadSimulation.Inject(rate, Second, calm))
            {
                Thresholds = [Threshold.P99(After, MaximumP99(values))],
            }));
    }
}
