using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.LoadTests.Scenarios;

namespace Gateway.LoadTests.Limits;

/// <summary><c>loadtests limits</c>.</summary>
internal sealed class LimitsCommand : ToolCommand
{
    private const int MaximumClients = 10_000;
    private const int MaximumRounds = 1_000;

    private readonly Argument<GatewayGroup[]> _groups = new("NAME=URL[,URL…]")
    {
        Description = "What to ask, at gateways with the same settings. Several groups of them are measured in turn.",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = static result => [.. result.Tokens.Select(token => Group(result, token.Value)).OfType<GatewayGroup>()],
    };

    private readonly Option<int> _clients = LoadOptions.Whole(
        "--clients", "That many requests are always under way, which shows what gets through.", 64, 1, MaximumClients);

    private readonly Option<int?> _rate = LoadOptions.WholeOrNone(
        "--rate", "Instead of --clients: requests a second, sent when they are due, which shows how long one takes.", 1, LoadOptions.MaximumRate);

    private readonly Option<int> _seconds = LoadOptions.Seconds("--seconds", "How long each group is measured in each round.", 5);
    private readonly Option<int> _rounds = LoadOptions.Whole("--rounds", "How often all groups are measured, in turn.", 3, 1, MaximumRounds);

    public LimitsCommand()
        : base(
            "limits",
            "What limits cost one tenant: requests/s, latency, Redis calls.",
            $"""
            One hot tenant: requests/s, latency and Redis script calls per request (from
            INFO commandstats, so nobody else may use that Redis meanwhile; heartbeats of
            the gateways are in it).
              {LoadRun.KeyVariable}=…        the API key to send
              {LimitsRun.RedisVariable}=redis://…  the gateways' Redis

            It starts nothing. One mode of the limits, whichever ./dev up was started with:
              RateLimits__Mode=Leased GATEWAY_DEV_NATIVE=1 ./dev up
              ./dev keygen limits set --org-id 00000000-0000-0000-0000-000000000001 \
                --per-minute 1000000000 --per-day 1000000000000
              {LoadRun.KeyVariable}=$KEY {LimitsRun.RedisVariable}=redis://127.0.0.1:16379 \
                loadtests limits leased=http://127.0.0.1:8080/hello
            Several modes in one run: more gateways beside it, on the same servers, each in
            a terminal of its own:
              source .dev/environment; export Logging__LogLevel__Default=Warning \
                ReverseProxy__Clusters__default__Destinations__default__Address=http://127.0.0.1:18090/
              RateLimits__Mode=Exact  Proxy__Port=9001 Management__Port=9101 \
                dotnet .dev/bin/gateway/gateway.dll
              RateLimits__Mode=Leased Proxy__Port=9002 Management__Port=9102 \
                dotnet .dev/bin/gateway/gateway.dll
              loadtests limits exact=http://127.0.0.1:9001/hello \
                leased=http://127.0.0.1:9002/hello
            """)
    {
        Arguments.Add(_groups);
        Options.Add(_clients);
        Options.Add(_rate);
        Options.Add(_seconds);
        Options.Add(_rounds);
        Validators.Add(result =>
        {
            if (result.GetResult(_clients) is { Implicit: false } && result.GetResult(_rate) is not null)
            {
                result.AddError("--clients and --rate exclude each other");
            }
        });
    }

    public LimitsScenario Read(ParseResult values) => new(
        values.GetRequiredValue(_groups),
        values.GetValue(_clients),
        values.GetValue(_rate),
        TimeSpan.FromSeconds(values.GetValue(_seconds)),
        values.GetValue(_rounds));

    protected override Task<string?> RunAsync(ParseResult values, TextWriter output, CancellationToken cancellationToken) =>
        LimitsRun.RunAsync(Read(values), output, cancellationToken);

    private static GatewayGroup? Group(ArgumentResult result, string text)
    {
        var separator = text.IndexOf('=', StringComparison.Ordinal);
        if (separator < 1 || text.StartsWith('-'))
        {
            result.AddError($"\"{text}\" is neither an option nor NAME=URL");
            return null;
        }

        var urls = new List<Uri>();
        foreach (var part in text[(separator + 1)..].Split(','))
        {
            if (LoadOptions.TryParseUrl(part, out var url) is { } problem)
            {
                result.AddError(problem);
                return null;
            }

            urls.Add(url);
        }

        return new GatewayGroup(text[..separator], [.. urls]);
    }
}
