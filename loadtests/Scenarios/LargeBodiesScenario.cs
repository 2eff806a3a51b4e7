using System.CommandLine;
using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Scenarios;

/// <summary>Megabytes in both directions, beside small requests that must not wait for them.</summary>
internal sealed class LargeBodiesScenario : ScenarioCommand
{
    private const string Down = "down";
    private const string Up = "up";
    private const string Small = "small";
    private const int Mebibyte = 1 << 20;
    private const int MaximumMebibytes = 1024;

    private readonly Option<int> _mebibytes = LoadOptions.Whole("--mebibytes", "Of each body.", 8, 1, MaximumMebibytes);
    private readonly Option<int> _rate = LoadOptions.Rate("--rate", "Bodies a second, in each direction.", 4);
    private readonly Option<int> _smallRate = LoadOptions.Rate("--small-rate", "Small requests a second beside them.", 100);
    private readonly Option<int> _seconds = LoadOptions.Seconds("--seconds", "For how long.", 15);
    private readonly Option<double> _maximumBodyP99 = LoadOptions.Limit("--max-body-p99-ms", "The run fails when 99 of 100 bodies take longer than this.", 2_000);

    public LargeBodiesScenario()
        : base("large-bodies", "Megabytes up and down, beside small requests (which --max-p99-ms is about).", maximumP99Milliseconds: 100)
    {
        Options.Add(_mebibytes);
        Options.Add(_rate);
        Options.Add(_smallRate);
        Options.Add(_seconds);
        Options.Add(_maximumBodyP99);
    }

    protected override Task<LoadPlan> PlanAsync(LoadTarget target, ParseResult values)
    {
        var (rate, during) = (values.GetValue(_rate), TimeSpan.FromSeconds(values.GetValue(_seconds)));
        var body = new byte[values.GetValue(_mebibytes) * (long)Mebibyte];
        return Task.FromResult(new LoadPlan(
            Scenario(Down, target.Get($"/bytes/{body.Length}"), rate, values.GetValue(_maximumBodyP99)),
            Scenario(Up, UploadAsync, rate, values.GetValue(_maximumBodyP99)),
            Scenario(Small, target.Get("/bytes/100"), values.GetValue(_smallRate), MaximumP99(values))));

        Task<Response> UploadAsync(long number, CancellationToken cancellationToken) => target.Client.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, new Uri(target.Url, "/upload")) { Content = new ReadOnlyMemoryContent(body) }, target.Key, [], cancellationToken);

        Scenario Scenario(string name, Func<long, CancellationToken, Task<Response>> send, int perSecond, double maximum) =>
            new(name, send, new LoadSimulation.Inject(perSecond, Second, during)) { Thresholds = [Threshold.P99(name, maximum)] };
    }
}
