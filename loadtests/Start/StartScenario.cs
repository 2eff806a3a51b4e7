namespace Gateway.LoadTests.Start;

/// <summary>Which gateways are started, and what they have to do at once.</summary>
/// <param name="Gateways">As published, each to a folder.</param>
/// <param name="Rounds">How often all are measured, in turn: what else the machine does then hits everyone alike.</param>
/// <param name="Rate">Requests per second, from the moment on at which one is ready.</param>
/// <param name="Connections">Of the load, each with one request under way at most.</param>
/// <param name="WarmUp">Load on each beforehand, flat out, where they are measured warm.</param>
/// <param name="JsonFile">Where all measurements are written, or null.</param>
internal sealed record StartScenario(
    IReadOnlyList<PublishedGateway> Gateways, int Rounds, int Rate, int Connections, TimeSpan WarmUp, string? JsonFile)
{
    public const string Name = "start";

    public const string Usage =
        """
        usage:   loadtests start [--rounds 5] [--rate 2000] [--connections 64] [--warm-up 30] [--json FILE] NAME=FOLDER…

        How soon a gateway is ready and warm, as it was published to each folder (dotnet publish gateway --output FOLDER). In
        each round each is started and sent requests at that rate twice for 5 s (open model, latency from when a request was
        due). Then all are started once more, warmed up, and measured flat out for 5 s in as many rounds: what they are worth
        when warm. Ratios are within a round, beside the gateway that is named first. Starts everything of its own (the Kafka of
        KAFKA_HOME, else the embedded broker) and leaves nothing. The backend is nginx. Build with -c Release first.
        """;

    private const int MaximumRounds = 100;
    private const int MaximumRate = 100_000;
    private const int MaximumConnections = 10_000;
    private const int MaximumSeconds = 600;

    /// <summary>Reads the arguments behind <c>start</c>; answers what is wrong with them, or null.</summary>
    public static string? TryParse(ReadOnlySpan<string> arguments, out StartScenario scenario)
    {
        scenario = new StartScenario([], Rounds: 5, Rate: 2000, Connections: 64, TimeSpan.FromSeconds(30), JsonFile: null);
        for (var index = 0; index < arguments.Length; index++)
        {
            var argument = arguments[index];
            var problem = !argument.StartsWith("--", StringComparison.Ordinal)
                ? ReadGateway(argument, ref scenario)
                : ReadOption(argument, ++index < arguments.Length ? arguments[index] : string.Empty, ref scenario);
            if (problem is not null)
            {
                return problem;
            }
        }

        return scenario.Gateways.Count == 0 ? $"{Name} takes at least one NAME=FOLDER, see {Name} --help" : null;
    }

    private static string? ReadGateway(string argument, ref StartScenario scenario)
    {
        if (argument.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } folder] || name.Any(static letter => !char.IsAsciiLetterOrDigit(letter) && letter != '-'))
        {
            return $"\"{argument}\" is no NAME=FOLDER; names are letters, digits and hyphens";
        }

        var gateway = new PublishedGateway(name, Path.GetFullPath(folder));
        if (!File.Exists(gateway.Program))
        {
            return $"{name}: there is no {gateway.Program}";
        }

        if (scenario.Gateways.Any(other => other.Name == name))
        {
            return $"There are two named {name}";
        }

        scenario = scenario with { Gateways = [.. scenario.Gateways, gateway] };
        return null;
    }

    private static string? ReadOption(string option, string value, ref StartScenario scenario)
    {
        if (option == LoadTests.JsonFile.Option)
        {
            scenario = scenario with { JsonFile = value };
            return LoadTests.JsonFile.Problem(value);
        }

        var maximum = option switch
        {
            "--rounds" => MaximumRounds,
            "--rate" => MaximumRate,
            "--connections" => MaximumConnections,
            "--warm-up" => MaximumSeconds,
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
            "--rounds" => scenario with { Rounds = number },
            "--rate" => scenario with { Rate = number },
            "--connections" => scenario with { Connections = number },
            _ => scenario with { WarmUp = TimeSpan.FromSeconds(number) },
        };
        return null;
    }
}
