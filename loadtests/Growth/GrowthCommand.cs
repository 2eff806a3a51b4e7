using System.CommandLine;
using Gateway.LoadTests.Scenarios;

namespace Gateway.LoadTests.Growth;

/// <summary><c>loadtests growth</c>.</summary>
internal sealed class GrowthCommand : ToolCommand
{
    private const int MaximumWarmUp = 10_000_000;
    private const int QuickSeconds = 2;
    private const int QuickRounds = 1;

    private readonly Option<int> _rate = LoadOptions.Rate("--rate", "Requests a second, the same for every point.", 2_000);
    private readonly Option<int> _seconds = LoadOptions.Seconds("--seconds", "How long each measurement is.", 5, LoadOptions.MaximumSecondsOfTool);
    private readonly Option<int> _rounds = LoadOptions.Rounds("Measurements of each point.", 3);
    private readonly Option<int> _warmUp = LoadOptions.Whole(
        "--warm-up", "Requests that each gateway gets beforehand, flat out.", 50_000, 1, MaximumWarmUp);

    private readonly Option<bool> _quick = new("--quick")
    {
        Description = "The ends of each dimension, and not the furthest; 2 seconds and one round, where nothing else is said.",
    };

    private readonly Option<string?> _json = LoadOptions.Json();

    public GrowthCommand()
        : base(
            "growth",
            "A request's cost with more keys, tenants, routes, connections.",
            """
            CPU of a gateway's process per request, and its memory, with 1 to 1,000,000
            keys, 1 to 10,000 tenants in use, 1 to 1,000 routes, 1 to 10,000 connections,
            all at the same rate (open model). What does not grow is one key, one tenant,
            one route and 32 connections. A fresh gateway with a fresh Redis for each
            point; its time to start counts from exec until it is ready. Everything is on,
            but for the lines of the log.

            Connections are as many as the limit of open files lets this process have
            (ulimit -n, the hard one). Starts everything of its own and leaves nothing.
            The backend is nginx. Build with -c Release first.
            """)
    {
        Options.Add(_rate);
        Options.Add(_seconds);
        Options.Add(_rounds);
        Options.Add(_warmUp);
        Options.Add(_quick);
        Options.Add(_json);
    }

    public GrowthScenario Read(ParseResult values)
    {
        var isQuick = values.GetValue(_quick);
        return new GrowthScenario(
            values.GetValue(_rate),
            TimeSpan.FromSeconds(Value(_seconds, QuickSeconds)),
            values.GetValue(_warmUp),
            Value(_rounds, QuickRounds),
            isQuick,
            values.GetValue(_json));

        int Value(Option<int> option, int quickDefault) =>
            isQuick && values.GetResult(option) is { Implicit: true } ? quickDefault : values.GetValue(option);
    }

    protected override Task<string?> RunAsync(ParseResult values, TextWriter output, CancellationToken cancellationToken) =>
        GrowthRun.RunAsync(Read(values), output, cancellationToken);
}
