using Gateway.LoadTests.Reporting;
using Gateway.LoadTests.Running;
using Gateway.LoadTests.Stack;
using Gateway.LocalStack.Processes;

namespace Gateway.LoadTests.Scenarios;

/// <summary>One run of a scenario: start what it needs, warm up, measure, judge, report. Nothing is left running.</summary>
internal sealed class LoadRun(
    string name, LoadSettings settings, LoadStackOptions stackOptions, Func<LoadTarget, Task<LoadPlan>> planAsync, TextWriter output, TextWriter error)
{
    public const string KeyVariable = "GATEWAY_KEY";

    private const int WarmUpCopies = 4;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    /// <summary>Answers the exit code.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return settings.Url is null ? await RunOnStackAsync(cancellationToken) : await RunOnUrlAsync(settings.Url, cancellationToken);
        }
        catch (Exception exception) when (KnownFailure.Describe(exception) is { } problem && !cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync($"The scenario could not be run: {problem}");
            return ExitCode.Failed;
        }
    }

    private async Task<int> RunOnUrlAsync(Uri url, CancellationToken cancellationToken)
    {
        // A key on the command line would be seen by everybody who lists processes.
        if (Environment.GetEnvironmentVariable(KeyVariable) is not { Length: > 0 } key)
        {
            await error.WriteLineAsync($"{KeyVariable} is not set; it holds the API key that goes to {url}.");
            return ExitCode.Usage;
        }

        using var client = new LoadClient();
        var stats = await MeasureAsync(new LoadTarget(url, key, client, Stack: null), $"{url}", settings.ProcessId, cancellationToken);
        return await ReportAsync(stats);
    }

    private async Task<int> RunOnStackAsync(CancellationToken cancellationToken)
    {
        if (Programs.Missing(LoadStack.ProgramNames) is { Count: > 0 } missing)
        {
            await error.WriteLineAsync($"Not built: {string.Join(", ", missing)}. Build them: dotnet build loadtests -c Release");
            return ExitCode.Failed;
        }

        await error.WriteLineAsync("Starting PostgreSQL, Redis, a broker, a backend, a usage-processor and a gateway …");
        await using var stack = await LoadStack.StartAsync(stackOptions, cancellationToken);
        using var client = new LoadClient();
        var stats = await MeasureAsync(
            new LoadTarget(stack.Url, stack.Key, client, stack), $"a stack of its own, with {stack.Broker.Description}", stack.Gateway.Id, cancellationToken);
        await error.WriteLineAsync("Counting what was stored …");
        var usage = await UsageCheck.CountAsync(stack, client, cancellationToken);
        return await ReportAsync(stats with
        {
            Usage = usage,
            Thresholds = [.. stats.Thresholds, .. UsageCheck.Thresholds(usage).Select(threshold => threshold.Check(stats))],
        });
    }

    private async Task<NodeStats> MeasureAsync(LoadTarget target, string description, int? processId, CancellationToken cancellationToken)
    {
        var plan = await planAsync(target);
        await error.WriteLineAsync("Warming up …");
        await ScenarioRunner.WarmUpAsync(plan.Scenarios, WarmUpCopies, WarmUp, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var longest = plan.Scenarios.Max(static scenario => scenario.Simulations.Sum(static simulation => simulation.During.TotalSeconds));
        await error.WriteLineAsync($"Sending for {longest:0} s …");
        var startedAt = TimeProvider.System.GetUtcNow();
        using var measured = new CancellationTokenSource();
        var watching = processId is { } id ? ProcessWatch.RunAsync(id, measured.Token) : Task.FromResult<IReadOnlyList<ProcessSample>>([]);
        var scenarios = await ScenarioRunner.RunAsync(plan.Scenarios, cancellationToken);
        await measured.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        var stats = new NodeStats(
            name,
            description,
            startedAt,
            Environment.ProcessorCount,
            ProcessTimes.Load(),
            scenarios,
            await watching);
        return stats with
        {
            Thresholds =
            [
                .. plan.Scenarios.SelectMany(static scenario => scenario.Thresholds).Concat(plan.Thresholds)
                    .Concat(plan.Scenarios.Select(scenario => Threshold.Failures(scenario.Name, settings.MaximumFailurePercent)))
                    .Select(threshold => threshold.Check(stats)),
            ],
        };
    }

    private async Task<int> ReportAsync(NodeStats stats)
    {
        await JsonReport.WriteAsync(stats, settings.JsonFile);
        if (settings.HtmlFile is { } html)
        {
            await File.WriteAllTextAsync(html, HtmlReport.Of(stats), CancellationToken.None);
        }

        await output.WriteLineAsync(TextReport.Of(stats));
        return stats.Thresholds.All(static threshold => threshold.Passed) ? ExitCode.Succeeded : ExitCode.Failed;
    }
}
