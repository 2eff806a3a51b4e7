using System.CommandLine;
using Gateway.Contracts.ApiKeys;
using Gateway.LoadTests.Running;
using Gateway.LoadTests.Stack;

namespace Gateway.LoadTests.Scenarios;

/// <summary>Requests that are refused for three reasons, beside a customer who is served. What the backend gets is counted there.</summary>
internal sealed class RefusedScenario : ScenarioCommand
{
    private const string Served = "served";
    private const string OverLimit = "over-limit";
    private const string UnknownKey = "unknown-key";
    private const string NoKey = "no-key";
    private const string Path = "/bytes/100";
    private const string Everybody = "1000000";
    private const int Ok = 200;
    private const int Unauthorized = 401;
    private const int TooManyRequests = 429;

    private readonly Option<int> _rate = LoadOptions.Rate("--rate", "Requests a second of each kind; a quarter of that is served.", 200);
    private readonly Option<int> _seconds = LoadOptions.Seconds("--seconds", "For how long.", 15);

    public RefusedScenario()
        : base("refused", "Traffic that is refused (429, 401): quickly, and without the backend noticing.", maximumP99Milliseconds: 100, takesUrl: false)
    {
        Options.Add(_rate);
        Options.Add(_seconds);
    }

    // All of this comes from one address, which would be told 429 before long. Here each 401 is one.
    protected override LoadStackOptions StackOptions(ParseResult values) => new()
    {
        GatewaySettings = new Dictionary<string, string?>
        {
            ["ApiKeys__RefusalBurst"] = Everybody,
            ["ApiKeys__RefusalsPerMinute"] = Everybody,
        },
    };

    protected override async Task<LoadPlan> PlanAsync(LoadTarget target, ParseResult values)
    {
        var (rate, url) = (values.GetValue(_rate), new Uri(target.Url, Path));
        var limitedKey = await target.Stack!.CreateCustomerAsync("Limited Ltd", "--per-minute", "1", "--per-day", "1");
        return new LoadPlan(
            Scenario(Served, target.Get(Path), Math.Max(1, rate / 4)),
            Scenario(OverLimit, target.Client.Get(url, limitedKey, TooManyRequests, Ok), rate),

            // Each of them new, so that each is looked for in PostgreSQL.
            Scenario(UnknownKey, (_, token) => RefuseAsync(ApiKeyFormat.Generate(ApiKeyEnvironment.Live), token), rate),
            Scenario(NoKey, (_, token) => RefuseAsync(key: null, token), rate));

        Task<Response> RefuseAsync(string? key, CancellationToken cancellationToken) =>
            target.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, url), key, [Unauthorized], cancellationToken);

        Scenario Scenario(string name, Func<long, CancellationToken, Task<Response>> send, int perSecond) =>
            new(name, send, new LoadSimulation.Inject(perSecond, Second, TimeSpan.FromSeconds(values.GetValue(_seconds))))
            {
                Thresholds = [Threshold.P99(name, MaximumP99(values))],
            };
    }
}
