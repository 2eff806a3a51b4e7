using System.CommandLine;
using Gateway.LoadTests.Running;
using Gateway.LoadTests.Stack;

namespace Gateway.LoadTests.Scenarios;

/// <summary>Thousands of organizations, first alone, then beside one that sends more than all of them, half of it over its limit.</summary>
internal sealed class HotTenantScenario : ScenarioCommand
{
    private const string Alone = "others-alone";
    private const string Others = "others";
    private const string Hot = "hot";
    private const string Path = "/bytes/100";
    private const string Unreachable = "1000000000";
    private const int TooManyRequests = 429;

    private readonly Option<int> _organizations = LoadOptions.Whole("--organizations", "How many others there are.", 2_000, 1, 100_000);
    private readonly Option<int> _rate = LoadOptions.Rate("--rate", "Requests a second of all the others together, in turn.", 300);
    private readonly Option<int> _hotRate = LoadOptions.Rate("--hot-rate", "Requests a second of the hot one; its limit is half of that.", 600);
    private readonly Option<int> _seconds = LoadOptions.Seconds("--seconds", "How long the others are alone, and then beside the hot one.", 12);
    private readonly Option<double> _maximumAdded = LoadOptions.Limit(
        "--max-added-ms", "The run fails when the hot one makes the others' p99 longer by more than this.", 50);

    public HotTenantScenario()
        : base("hot-tenant", "One hot tenant among thousands of organizations: do the others notice?", maximumP99Milliseconds: 100, takesUrl: false)
    {
        Options.Add(_organizations);
        Options.Add(_rate);
        Options.Add(_hotRate);
        Options.Add(_seconds);
        Options.Add(_maximumAdded);
    }

    protected override LoadStackOptions StackOptions(ParseResult values) => new() { Organizations = values.GetValue(_organizations) };

    protected override async Task<LoadPlan> PlanAsync(LoadTarget target, ParseResult values)
    {
        var during = TimeSpan.FromSeconds(values.GetValue(_seconds));
        var (rate, hotRate) = (values.GetValue(_rate), values.GetValue(_hotRate));
        var (keys, url) = (target.Stack!.OtherKeys, new Uri(target.Url, Path));
        var hotKey = await target.Stack.CreateCustomerAsync(
            "Hot Ltd", "--per-minute", $"{30 * hotRate}", "--burst-per-minute", $"{hotRate}", "--per-day", Unreachable);
        return new LoadPlan(
            new Scenario(Alone, SendAsync, new LoadSimulation.Inject(rate, Second, during)),
            new Scenario(Others, SendAsync, new LoadSimulation.Pause(during), new LoadSimulation.Inject(rate, Second, during))
            {
                Thresholds =
                [
                    Threshold.P99(Others, MaximumP99(values)),
                    Threshold.AddedP99(Others, Alone, values.GetValue(_maximumAdded)),
                ],
            },
            new Scenario(
                Hot, target.Client.Get(url, hotKey, 200, TooManyRequests), new LoadSimulation.Pause(during), new LoadSimulation.Inject(hotRate, Second, during)));

        Task<Response> SendAsync(long number, CancellationToken cancellationToken) =>
            target.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, url), keys[(int)(number % keys.Count)], [], cancellationToken);
    }
}
