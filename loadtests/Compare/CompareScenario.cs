namespace Gateway.LoadTests.Compare;

/// <summary>What is compared, and how.</summary>
/// <param name="Connections">Of the load, each with one request under way at most.</param>
/// <param name="During">Each measurement.</param>
/// <param name="WarmUp">Load on each contestant beforehand, once: the runtime compiles for some 20 s what turns out to run often.</param>
/// <param name="Rounds">How often all is measured, in turn: what else the machine does then hits everyone alike.</param>
/// <param name="Only">The contestants; all that can be started where it is empty.</param>
/// <param name="JsonFile">Where all measurements are written, or null.</param>
/// <param name="IsCheck">Whether a missed threshold is a failure.</param>
internal sealed record CompareScenario(
    int Connections, TimeSpan During, TimeSpan WarmUp, int Rounds, IReadOnlyList<string> Only, string? JsonFile, bool IsCheck)
{
    public const string Name = "compare";

    public const string Usage =
        $"""
        usage:   loadtests compare [--rounds 5] [--seconds 5] [--connections 64] [--warm-up 25] [--only NAME,NAME…] [--json FILE] [--check]

        The gateway beside a bare YARP of the same build, nginx with Lua, and Envoy: one backend, one load, one machine, in
        turn. In each round everyone is measured flat out (closed model), then at 50 % and 70 % of what it did (open model,
        latency from when a request was due), then some at one common rate, 70 % of the gateway's. An answer that is not 200
        ends it all. Starts everything of its own (the Kafka of KAFKA_HOME, else the embedded broker) and leaves nothing.
          --check     exit code 1 if a threshold is missed
          --only      of: {ContestantNames.Text}
          {EnvoyContestants.EnvoyVariable}=…      also Envoy, as a bare proxy
          {EnvoyContestants.RatelimitVariable}=…  and, with it, Envoy with keys and the limits of envoyproxy/ratelimit
        nginx and its modules for Lua are Debian's: nginx libnginx-mod-http-lua lua-nginx-redis lua-nginx-string
        lua-resty-core lua-cjson. Build with -c Release first.
        """;

    private const int MaximumConnections = 10_000;
    private const int MaximumSeconds = 600;
    private const int MaximumRounds = 100;

    /// <summary>Reads the arguments behind <c>compare</c>; answers what is wrong with them, or null.</summary>
    public static string? TryParse(ReadOnlySpan<string> arguments, out CompareScenario scenario)
    {
        scenario = new CompareScenario(
            Connections: 64, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(25), Rounds: 5, Only: [], JsonFile: null, IsCheck: false);
        for (var index = 0; index < arguments.Length; index++)
        {
            var option = arguments[index];
            if (option == "--check")
            {
                scenario = scenario with { IsCheck = true };
                continue;
            }

            var value = ++index < arguments.Length ? arguments[index] : string.Empty;
            var problem = option switch
            {
                LoadTests.JsonFile.Option => ReadFile(value, ref scenario),
                "--only" => ReadOnly(value, ref scenario),
                _ => ReadNumber(option, value, ref scenario),
            };
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Whether somebody is to take part.</summary>
    public bool Wants(string contestant) => Only.Count == 0 || Only.Contains(contestant, StringComparer.Ordinal);

    private static string? ReadNumber(string option, string value, ref CompareScenario scenario)
    {
        var maximum = option switch
        {
            "--connections" => MaximumConnections,
            "--seconds" or "--warm-up" => MaximumSeconds,
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
            "--connections" => scenario with { Connections = number },
            "--seconds" => scenario with { During = TimeSpan.FromSeconds(number) },
            "--warm-up" => scenario with { WarmUp = TimeSpan.FromSeconds(number) },
            _ => scenario with { Rounds = number },
        };
        return null;
    }

    private static string? ReadOnly(string value, ref CompareScenario scenario)
    {
        var names = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names.Length == 0 || Array.Find(names, static name => !ContestantNames.All.Contains(name, StringComparer.Ordinal)) is not null)
        {
            return $"--only takes some of {ContestantNames.Text}";
        }

        scenario = scenario with { Only = names };
        return null;
    }

    private static string? ReadFile(string value, ref CompareScenario scenario)
    {
        scenario = scenario with { JsonFile = value };
        return LoadTests.JsonFile.Problem(value);
    }
}
