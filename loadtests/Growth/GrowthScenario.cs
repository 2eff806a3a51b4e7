namespace Gateway.LoadTests.Growth;

/// <summary>How the cost of a request grows with what there is.</summary>
/// <param name="Rate">Requests per second, the same for every point, sent when they are due.</param>
/// <param name="During">Each measurement.</param>
/// <param name="WarmUpRequests">What each gateway gets beforehand, flat out.</param>
/// <param name="Rounds">Measurements of each point.</param>
/// <param name="IsQuick">Fewer points.</param>
/// <param name="JsonFile">Where all measurements are written, or null.</param>
internal sealed record GrowthScenario(int Rate, TimeSpan During, int WarmUpRequests, int Rounds, bool IsQuick, string? JsonFile)
{
    public const string Name = "growth";

    public const string Usage =
        """
        usage:   loadtests growth [--rate 2000] [--seconds 5] [--rounds 3] [--warm-up 50000] [--quick] [--json FILE]

        CPU of a gateway's process per request, and its memory, with 1 to 1,000,000 keys, 1 to 10,000 tenants in use, 1 to
        1,000 routes, 1 to 10,000 connections, all at the same rate (open model). What does not grow is one key, one tenant,
        one route and 32 connections. A fresh gateway with a fresh Redis for each point; its time to start counts from exec
        until it is ready. Everything is on, but for the lines of the log. --warm-up is in requests, sent flat out.
          --quick     the ends of each dimension, and not the furthest; 2 seconds, one round
        Connections are as many as the limit of open files lets this process have (ulimit -n, the hard one).
        Starts everything of its own and leaves nothing. The backend is nginx. Build with -c Release first.
        """;

    private const int MaximumRate = 100_000;
    private const int MaximumSeconds = 600;
    private const int MaximumRounds = 100;
    private const int MaximumWarmUp = 10_000_000;

    /// <summary>Reads the arguments behind <c>growth</c>; answers what is wrong with them, or null.</summary>
    public static string? TryParse(ReadOnlySpan<string> arguments, out GrowthScenario scenario)
    {
        var isQuick = arguments.Contains("--quick");
        scenario = new GrowthScenario(Rate: 2_000, TimeSpan.FromSeconds(isQuick ? 2 : 5), WarmUpRequests: 50_000, isQuick ? 1 : 3, isQuick, JsonFile: null);
        for (var index = 0; index < arguments.Length; index++)
        {
            var option = arguments[index];
            if (option == "--quick")
            {
                continue;
            }

            var value = ++index < arguments.Length ? arguments[index] : string.Empty;
            if ((option == LoadTests.JsonFile.Option ? ReadFile(value, ref scenario) : ReadNumber(option, value, ref scenario)) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? ReadNumber(string option, string value, ref GrowthScenario scenario)
    {
        var maximum = option switch
        {
            "--rate" => MaximumRate,
            "--seconds" => MaximumSeconds,
            "--warm-up" => MaximumWarmUp,
            "--rounds" => MaximumRounds,
            _ => 0,
        };
        if (maximum == 0)
        {
            return $"\"{option}\" is no option of {Name}";
        }

        if (!int.TryParse(value, out var number) || number < 1 || number > maximum)
        {
            return $"{option} takes a number from 1 to {maximum}";
        }

        scenario = option switch
        {
            "--rate" => scenario with { Rate = number },
            "--seconds" => scenario with { During = TimeSpan.FromSeconds(number) },
            "--warm-up" => scenario with { WarmUpRequests = number },
            _ => scenario with { Rounds = number },
        };
        return null;
    }

    private static string? ReadFile(string value, ref GrowthScenario scenario)
    {
        scenario = scenario with { JsonFile = value };
        return LoadTests.JsonFile.Problem(value);
    }
}
