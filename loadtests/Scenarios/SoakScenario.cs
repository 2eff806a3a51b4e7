using System.CommandLine;
using Gateway.LoadTests.Reporting;
using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Scenarios;

/// <summary>A steady rate for long: the gateway's memory must not grow with what it has served.</summary>
internal sealed class SoakScenario : ScenarioCommand
{
    private const double Mebibyte = 1 << 20;

    private readonly Option<int> _rate = LoadOptions.Rate("--rate", "Requests a second.", 300);
    private readonly Option<int> _minutes = LoadOptions.Whole("--minutes", "For how long.", 10, 1, LoadOptions.MaximumSeconds / 60);
    private readonly Option<double> _maximumGrowth = LoadOptions.Limit(
        "--max-growth-percent", "The run fails when the gateway's own memory is larger by more than this in the last quarter than in the second one (medians).", 20);

    private readonly Option<int?> _processId = LoadOptions.WholeOrNone("--process-id", "The gateway's process, where --url is given: its memory is watched.", 1, int.MaxValue);
    private readonly Option<string?> _path = LoadOptions.Path("/bytes/100");

    public SoakScenario()
        : base("soak", "A steady rate for long: it fails when the gateway's memory grows.", maximumP99Milliseconds: 100)
    {
        Options.Add(_rate);
        Options.Add(_minutes);
        Options.Add(_maximumGrowth);
        Options.Add(_processId);
        Options.Add(_path);
        Validators.Add(result =>
        {
            if (result.GetResult("--url") is not null != result.GetResult(_processId) is not null)
            {
                result.AddError("--url and --process-id belong together: without a process there is no memory to watch");
            }
            else if (result.GetValue(_processId) is { } id && !File.Exists($"/proc/{id}/status"))
            {
                result.AddError($"--process-id: there is no process {id}");
            }
        });
    }

    /// <summary>By how many percent the median of the last quarter exceeds that of the second: in the first one memory is still being filled.</summary>
    public static double? Growth(IReadOnlyList<ProcessSample> samples)
    {
        if (samples.Count < 8)
        {
            return null;
        }

        var quarter = samples.Count / 4;
        return 100 * ((Median(samples.Skip(samples.Count - quarter)) / Median(samples.Skip(quarter).Take(quarter))) - 1);
    }

    protected override int? ProcessId(ParseResult values) => values.GetValue(_processId);

    protected override Task<LoadPlan> PlanAsync(LoadTarget target, ParseResult values) => Task.FromResult(new LoadPlan(
        new Scenario(
            Name,
            target.Get(values.GetValue(_path)!),
            new LoadSimulation.Inject(values.GetValue(_rate), Second, TimeSpan.FromMinutes(values.GetValue(_minutes))))
        {
            Thresholds =
            [
                Threshold.P99(Name, MaximumP99(values)),
                new Threshold("growth of the gateway's own memory", "%", values.GetValue(_maximumGrowth), static stats => Growth(stats.Gateway)),
            ],
        }));

    private static double Median(IEnumerable<ProcessSample> samples) => Spread.Of(samples.Select(static sample => sample.OwnBytes / Mebibyte)).Median;
}
