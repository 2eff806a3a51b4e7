using System.Diagnostics;
using System.Globalization;
using Gateway.LoadTests.Running;
using Gateway.LoadTests.Stack;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;

namespace Gateway.LoadTests.Outage;

/// <summary>Load with the broker, without it, and with it again until all has arrived; then the count.</summary>
internal sealed class OutageRun(OutageScenario scenario, LoadStack stack, LoadClient client, TextWriter output)
{
    private const int Ok = 200;
    private const double Mebibyte = 1024 * 1024;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CatchUpSegment = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly DateTimeOffset _startedAt = TimeProvider.System.GetUtcNow();
    private readonly SortedDictionary<int, long> _answers = [];
    private long _served;

    /// <summary>Starts all, runs, reports; answers what is wrong, or null. Nothing is left running.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public static async Task<string?> RunAsync(OutageScenario scenario, TextWriter output, CancellationToken cancellationToken)
    {
        if (ApacheKafka.Home is null)
        {
            return $"{ApacheKafka.HomeVariable} is not set to a folder with Apache Kafka; the embedded broker keeps too little for this.";
        }

        if (Programs.Missing(LoadStack.ProgramNames) is { Count: > 0 } missing)
        {
            return $"Not built: {string.Join(", ", missing)}. Build them all: dotnet build Gateway.sln -c Release";
        }

        await using var stack = await LoadStack.StartAsync(scenario.ToStackOptions(), cancellationToken);
        using var client = new LoadClient();
        return await new OutageRun(scenario, stack, client, output).RunAsync(cancellationToken);
    }

    private async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        await output.WriteLineAsync(
            $"{"Kafka",-10} {"min",6} {"requests/s",10} {"p50 ms",8} {"p99 ms",8} {"gateway MiB",11} {"journal MiB",11} {"stored",10}  answers");
        await SendAsync("there", Minute, cancellationToken);
        var kafka = (ApacheKafka)stack.Broker;
        await kafka.Process.KillAsync();
        for (var left = scenario.During; left > TimeSpan.Zero; left -= Minute)
        {
            await SendAsync("gone", left < Minute ? left : Minute, cancellationToken);
        }

        var (backlog, caughtUp) = (_served - await stack.CountStoredAsync(cancellationToken), Stopwatch.GetTimestamp());
        await kafka.DisposeAsync();
        await kafka.StartProcessAsync(cancellationToken);
        do
        {
            await SendAsync("back", CatchUpSegment, cancellationToken);
        }
        while (!await HasStoredAllAsync(CatchUpSegment / 5, cancellationToken));
        await output.WriteLineAsync($"{backlog:n0} requests waited for Kafka; stored {Stopwatch.GetElapsedTime(caughtUp).TotalSeconds:0} s after its start, under load.");
        return await JudgeAsync(cancellationToken);
    }

    private async Task SendAsync(string kafka, TimeSpan during, CancellationToken cancellationToken)
    {
        var result = await ScenarioRunner.RunAsync(
            new Scenario(kafka, client.Get(new Uri(stack.Url, "/bytes/100"), stack.Key), new LoadSimulation.Inject(scenario.Rate, Second, during)), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var (status, count) in result.Statuses)
        {
            _answers[status] = _answers.GetValueOrDefault(status) + count;
        }

        _served = _answers.GetValueOrDefault(Ok);
        await output.WriteLineAsync(
            $"{kafka,-10} {Stopwatch.GetElapsedTime(_started).TotalMinutes,6:0.0} {result.RequestsPerSecond,10:0} {result.Latency?.P50,8:0.00} "
            + $"{result.Latency?.P99,8:0.00} {ProcessTimes.OwnBytes(stack.Gateway.Id) / Mebibyte,11:0} {stack.JournalBytes() / Mebibyte,11:0} "
            + $"{await stack.CountStoredAsync(cancellationToken),10}  {ScenarioStats.ToText(result.Statuses)}");
    }

    private async Task<bool> HasStoredAllAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < patience;)
        {
            if (await stack.CountStoredAsync(cancellationToken) >= _served)
            {
                return true;
            }

            await Task.Delay(Pause, cancellationToken);
        }

        return false;
    }

    private async Task<string?> JudgeAsync(CancellationToken cancellationToken)
    {
        await stack.Gateway.StopAsync();
        await HasStoredAllAsync(Patience, cancellationToken);
        var stored = await stack.ReadStoredAsync(cancellationToken);
        var reconciled = await stack.RunKeygenAsync(
            "reconcile", "--from", WholeHour(_startedAt), "--to", WholeHour(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1)), "--grace", "0");
        await output.WriteLineAsync(
            $"""
            answers      {ScenarioStats.ToText(_answers)}
            stored       {stored.Rows} rows, {stored.BillableRows} of them billable; ledger: {stored.LedgerRequests}, {stored.LedgerBillable} billable
            gateway      stopped with exit code {stack.Gateway.ExitCode}; its journal takes {stack.JournalBytes()} bytes
            reconcile    exit code {reconciled.ExitCode}
            """);
        return stored.Is(_served) && reconciled.ExitCode == 0 && stack.Gateway.ExitCode == 0 && _answers.GetValueOrDefault(Response.NoAnswer) == 0
            ? null
            : $"Answered and stored differ, or somebody is not content. What reconcile says:\n{reconciled.Output}\n{reconciled.Errors}";
    }

    private static string WholeHour(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH':00:00Z'", CultureInfo.InvariantCulture);
}
