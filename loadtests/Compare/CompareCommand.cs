using System.CommandLine;
using Gateway.LoadTests.Scenarios;

namespace Gateway.LoadTests.Compare;

/// <summary><c>loadtests compare</c>.</summary>
internal sealed class CompareCommand : ToolCommand
{
    private readonly Option<int> _rounds = LoadOptions.Rounds("How often all is measured, in turn.", 5);
    private readonly Option<int> _seconds = LoadOptions.Seconds("--seconds", "How long each measurement is.", 5, LoadOptions.MaximumSecondsOfTool);
    private readonly Option<int> _connections = LoadOptions.Connections();

    private readonly Option<int> _warmUp = LoadOptions.Seconds("--warm-up", "Seconds of load on each contestant beforehand, once.", 60, LoadOptions.MaximumSecondsOfTool);
    private readonly Option<string[]?> _only = Only();
    private readonly Option<string?> _json = LoadOptions.Json();
    private readonly Option<bool> _check = new("--check") { Description = "Exit code 1 if a threshold is missed." };

    public CompareCommand()
        : base(
            "compare",
            "The gateway beside a bare YARP, nginx with Lua, and Envoy.",
            $"""
            The YARP is of the same build. One backend, one load, one machine, in turn. In
            each round everyone is measured flat out (closed model), then at 50 % and 70 %
            of what it did (open model, latency from when a request was due), then some at
            one common rate, 70 % of the gateway's. An answer that is not 200 ends it all.
            Starts everything of its own (the Kafka of KAFKA_HOME, else the embedded
            broker) and leaves nothing. Build with -c Release first.
              {EnvoyContestants.EnvoyVariable}=…      also Envoy, as a bare proxy
              {EnvoyContestants.RatelimitVariable}=…  and, with it, Envoy with keys and limits
                                  (of envoyproxy/ratelimit)
            nginx and its modules for Lua are Debian's: nginx libnginx-mod-http-lua
            lua-nginx-redis lua-nginx-string lua-resty-core lua-cjson.
            """)
    {
        Options.Add(_rounds);
        Options.Add(_seconds);
        Options.Add(_connections);
        Options.Add(_warmUp);
        Options.Add(_only);
        Options.Add(_json);
        Options.Add(_check);
    }

    public CompareScenario Read(ParseResult values) => new(
        values.GetValue(_connections),
        TimeSpan.FromSeconds(values.GetValue(_seconds)),
        TimeSpan.FromSeconds(values.GetValue(_warmUp)),
        values.GetValue(_rounds),
        values.GetValue(_only) ?? [],
        values.GetValue(_json),
        values.GetValue(_check));

    protected override Task<string?> RunAsync(ParseResult values, TextWriter output, CancellationToken cancellationToken) =>
        CompareRun.RunAsync(Read(values), output, cancellationToken);

    private static Option<string[]?> Only() => new("--only")
    {
        Description = $"Who takes part, of: {ContestantNames.Text}. Without it, all that can be started.",
        HelpName = "NAME,NAME…",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = static result =>
        {
            var text = LoadOptions.Text(result);
            var names = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (names.Length > 0 && Array.TrueForAll(names, static name => ContestantNames.All.Contains(name, StringComparer.Ordinal)))
            {
                return names;
            }

            result.AddError($"--only: \"{text}\" is not some of {ContestantNames.Text}");
            return null;
        },
    };
}
