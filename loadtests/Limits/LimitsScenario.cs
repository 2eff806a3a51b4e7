using Gateway.LoadTests.Running;
using Gateway.LoadTests.Scenarios;

namespace Gateway.LoadTests.Limits;

/// <summary>One hot tenant on one or several groups of gateways, one group after the other, in rounds.</summary>
/// <param name="Groups">What is compared.</param>
/// <param name="Clients">Requests under way at any time (a closed model), where no rate is given.</param>
/// <param name="Rate">Requests per second, sent when they are due (an open model); null for as many as get through.</param>
/// <param name="During">How long each group is measured in each round.</param>
/// <param name="Rounds">How often: what else the machine does then hits every group alike.</param>
internal sealed record LimitsScenario(GatewayGroup[] Groups, int Clients, int? Rate, TimeSpan During, int Rounds)
{
    public const string Name = "limits";

    public const string Usage =
        """
        usage:   GATEWAY_KEY=… REDIS_URL=redis://… loadtests limits NAME=URL[,URL…] … [--clients 64 | --rate PER_SECOND] [--seconds 5] [--rounds 3]

        One hot tenant: requests/s, latency and Redis script calls per request (from INFO commandstats, so nobody else
        may use that Redis meanwhile; heartbeats of the gateways are in it). With --clients that many requests are always
        under way, which shows what gets through; with --rate they are sent when they are due, which shows how long one takes.

        It starts nothing. One mode of the limits, whichever ./dev up was started with:
          RateLimits__Mode=Leased GATEWAY_DEV_NATIVE=1 ./dev up
          ./dev keygen limits set --org-id 00000000-0000-0000-0000-000000000001 --per-minute 1000000000 --per-day 1000000000000
          GATEWAY_KEY=$KEY REDIS_URL=redis://127.0.0.1:16379 loadtests limits leased=http://127.0.0.1:8080/hello
        Several modes in one run: more gateways beside it, on the same servers, each in a terminal of its own:
          source .dev/environment; export Logging__LogLevel__Default=Warning ReverseProxy__Clusters__default__Destinations__default__Address=http://127.0.0.1:18090/
          RateLimits__Mode=Exact  Proxy__Port=9001 Management__Port=9101 dotnet .dev/bin/gateway/gateway.dll
          RateLimits__Mode=Leased Proxy__Port=9002 Management__Port=9102 dotnet .dev/bin/gateway/gateway.dll
          loadtests limits exact=http://127.0.0.1:9001/hello leased=http://127.0.0.1:9002/hello
        """;

    private const int MaximumClients = 10_000;
    private const int MaximumRounds = 1_000;

    /// <summary>The load of one measurement.</summary>
    public LoadSimulation Load(TimeSpan during) => Rate is { } rate
        ? new LoadSimulation.Inject(rate, TimeSpan.FromSeconds(1), during)
        : new LoadSimulation.KeepConstant(Clients, during);

    /// <summary>Reads the arguments behind <c>limits</c>; answers what is wrong with them, or null.</summary>
    public static string? TryParse(ReadOnlySpan<string> arguments, out LimitsScenario scenario)
    {
        scenario = new LimitsScenario([], Clients: 64, Rate: null, TimeSpan.FromSeconds(5), Rounds: 3);
        var groups = new List<GatewayGroup>();
        for (var index = 0; index < arguments.Length; index++)
        {
            var argument = arguments[index];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                if (TryParseGroup(argument, out var group) is { } problem)
                {
                    return problem;
                }

                groups.Add(group);
                continue;
            }

            var maximum = argument switch
            {
                "--clients" => MaximumClients,
                "--rate" => LoadOptions.MaximumRate,
                "--seconds" => LoadOptions.MaximumSeconds,
                "--rounds" => MaximumRounds,
                _ => 0,
            };
            if (maximum == 0)
            {
                return $"\"{argument}\" is no option";
            }

            index++;
            if (index == arguments.Length || !int.TryParse(arguments[index], out var number) || number < 1 || number > maximum)
            {
                return $"{argument} takes a number from 1 to {maximum}";
            }

            scenario = argument switch
            {
                "--clients" => scenario with { Clients = number },
                "--rate" => scenario with { Rate = number },
                "--seconds" => scenario with { During = TimeSpan.FromSeconds(number) },
                _ => scenario with { Rounds = number },
            };
        }

        scenario = scenario with { Groups = [.. groups] };
        return groups.Count == 0 ? "expected NAME=URL at least once" : null;
    }

    private static string? TryParseGroup(string argument, out GatewayGroup group)
    {
        group = new GatewayGroup(argument, []);
        var separator = argument.IndexOf('=', StringComparison.Ordinal);
        if (separator < 1)
        {
            return $"\"{argument}\" is not NAME=URL";
        }

        var urls = new List<Uri>();
        foreach (var text in argument[(separator + 1)..].Split(','))
        {
            if (LoadOptions.TryParseUrl(text, out var url) is { } problem)
            {
                return problem;
            }

            urls.Add(url);
        }

        group = new GatewayGroup(argument[..separator], [.. urls]);
        return null;
    }
}
