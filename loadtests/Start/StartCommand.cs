using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.LoadTests.Scenarios;

namespace Gateway.LoadTests.Start;

/// <summary><c>loadtests start</c>.</summary>
internal sealed class StartCommand : ToolCommand
{
    private readonly Argument<PublishedGateway[]> _gateways = new("NAME=FOLDER")
    {
        Description = "A gateway as it was published (dotnet publish gateway --output FOLDER). Several are measured in turn.",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = static result => [.. result.Tokens.Select(token => Published(result, token.Value)).OfType<PublishedGateway>()],
    };

    private readonly Option<int> _rounds = LoadOptions.Rounds("How often all are measured, in turn.", 5);
    private readonly Option<int> _rate = LoadOptions.Rate("--rate", "Requests a second, from when a gateway is ready.", 2_000);
    private readonly Option<int> _connections = LoadOptions.Connections();

    private readonly Option<int> _warmUp = LoadOptions.Seconds("--warm-up", "Load beforehand, flat out, where they are measured warm.", 30, LoadOptions.MaximumSecondsOfTool);
    private readonly Option<string?> _json = LoadOptions.Json();

    public StartCommand()
        : base(
            "start",
            "How soon a published gateway is ready and warm.",
            """
            In each round each gateway is started and sent requests at that rate twice for
            5 s (open model, latency from when a request was due). Then all are started
            once more, warmed up, and measured flat out for 5 s in as many rounds: what
            they are worth when warm. Ratios are within a round, beside the gateway that
            is named first.

            Starts everything of its own (the Kafka of KAFKA_HOME, else the embedded
            broker) and leaves nothing. The backend is nginx. Build with -c Release first.
            """)
    {
        Arguments.Add(_gateways);
        Options.Add(_rounds);
        Options.Add(_rate);
        Options.Add(_connections);
        Options.Add(_warmUp);
        Options.Add(_json);
    }

    public StartScenario Read(ParseResult values) => new(
        values.GetRequiredValue(_gateways),
        values.GetValue(_rounds),
        values.GetValue(_rate),
        values.GetValue(_connections),
        TimeSpan.FromSeconds(values.GetValue(_warmUp)),
        values.GetValue(_json));

    protected override Task<string?> RunAsync(ParseResult values, TextWriter output, CancellationToken cancellationToken) =>
        StartRun.RunAsync(Read(values), output, cancellationToken);

    private static PublishedGateway? Published(ArgumentResult result, string text)
    {
        if (text.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } folder] || !name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'))
        {
            result.AddError($"\"{text}\" is neither an option nor NAME=FOLDER; names are letters, digits and hyphens");
            return null;
        }

        var gateway = new PublishedGateway(name, Path.GetFullPath(folder));
        if (!File.Exists(gateway.Program))
        {
            result.AddError($"{name}: there is no {gateway.Program}");
            return null;
        }

        if (result.Tokens.Count(token => token.Value.StartsWith($"{name}=", StringComparison.Ordinal)) > 1)
        {
            result.AddError($"two are named {name}");
            return null;
        }

        return gateway;
    }
}
