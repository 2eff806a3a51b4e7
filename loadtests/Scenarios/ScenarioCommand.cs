using System.CommandLine;
using Gateway.LoadTests.Stack;

namespace Gateway.LoadTests.Scenarios;

/// <summary>A scenario that people can run, with the options that all of them have.</summary>
internal abstract class ScenarioCommand : Command
{
    protected static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Option<Uri?> _url = LoadOptions.Url();
    private readonly Option<double> _maximumP99;
    private readonly Option<double> _maximumFailures = LoadOptions.Limit("--max-failures", "The run fails when more than this percentage is not answered as expected.", 0);
    private readonly Option<string?> _json = LoadOptions.Json();
    private readonly Option<string?> _html = LoadOptions.File("--html", "Write a page with plots there.");

    /// <param name="name">What people type.</param>
    /// <param name="description">What it shows.</param>
    /// <param name="maximumP99Milliseconds">The default of <c>--max-p99-ms</c>.</param>
    /// <param name="takesUrl">Whether it can be run against what runs already.</param>
    protected ScenarioCommand(string name, string description, double maximumP99Milliseconds, bool takesUrl = true)
        : base(name, description)
    {
        _maximumP99 = LoadOptions.Limit("--max-p99-ms", "The run fails when 99 of 100 requests take longer than this.", maximumP99Milliseconds);
        if (takesUrl)
        {
            Options.Add(_url);
        }

        Options.Add(_maximumP99);
        Options.Add(_maximumFailures);
        Options.Add(_json);
        Options.Add(_html);
        SetAction(RunAsync);
    }

    /// <summary>Says what to run.</summary>
    protected abstract Task<LoadPlan> PlanAsync(LoadTarget target, ParseResult values);

    /// <summary>Says what a stack of its own has to be like.</summary>
    protected virtual LoadStackOptions StackOptions(ParseResult values) => new();

    /// <summary>The gateway's process where it was not started here; null where nobody says.</summary>
    protected virtual int? ProcessId(ParseResult values) => null;

    /// <summary>How long 99 of 100 requests may take.</summary>
    protected double MaximumP99(ParseResult values) => values.GetValue(_maximumP99);

    private Task<int> RunAsync(ParseResult values, CancellationToken cancellationToken) => new LoadRun(
        Name,
        new LoadSettings(values.GetValue(_url), values.GetValue(_maximumFailures), values.GetValue(_json), values.GetValue(_html), ProcessId(values)),
        StackOptions(values),
        target => PlanAsync(target, values),
        values.InvocationConfiguration.Output,
        values.InvocationConfiguration.Error).RunAsync(cancellationToken);
}
