using System.Diagnostics;
using Confluent.Kafka;
using Gateway.Chaos.Stack;
using Npgsql;

namespace Gateway.Chaos.Checking;

/// <summary>
/// After the last fault: waits until everything has arrived. The gateways are stopped meanwhile, in order, so that what is
/// not in the topic then is nowhere.
/// </summary>
internal sealed class Drain(ChaosStack stack, UsageDatabase database, Chronicle events)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly List<string> _problems = [];

    /// <summary>What did not get well in time.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Answers how long it took.</summary>
    public async Task<TimeSpan> RunAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var member in stack.Gateways.Concat(stack.Processors))
        {
            if (!await member.UntilAnswersAsync("/health/ready", Deadline, cancellationToken))
            {
                _problems.Add($"{member.Name} did not become ready again");
            }
        }

        await UntilAsync(
            () => Task.FromResult(stack.Journals.Directories().Count <= stack.Gateways.Count),
            () => $"journals that nobody has adopted: {stack.Journals.Directories().Count - stack.Gateways.Count}",
            cancellationToken);
        foreach (var gateway in stack.Gateways)
        {
            await gateway.StopAsync();
            if (gateway.ExitCode != 0)
            {
                _problems.Add($"{gateway.Name} stopped with exit code {gateway.ExitCode}");
            }
        }

        if (stack.Journals.Directories().Count > 0)
        {
            _problems.Add($"journals that are left after all gateways have stopped in order: {string.Join(", ", stack.Journals.Directories().Select(Path.GetFileName))}");
        }

        if (stack.Broker.Replicas > 1)
        {
            await UntilAsync(() => IsInSyncAsync(cancellationToken), () => "replicas of the topic that are not in sync", cancellationToken);
        }

        var behind = long.MaxValue;
        await UntilAsync(
            async () => (behind = await BehindAsync(cancellationToken)) == 0,
            () => $"messages that are in the topic and not stored: {(behind == long.MaxValue ? "unknown" : behind)}",
            cancellationToken);
        events.Write("everything has arrived");
        return Stopwatch.GetElapsedTime(started);
    }

    private async Task<long> BehindAsync(CancellationToken cancellationToken)
    {
        try
        {
            var offsets = await database.OffsetsAsync(cancellationToken);
            var ends = await Task.Run(() => TopicEnd.Read(stack.Broker.BootstrapServers), cancellationToken);
            return ends.Sum(end => end.Value - offsets.GetValueOrDefault(end.Key, 0));
        }
        catch (Exception exception) when (exception is NpgsqlException or KafkaException)
        {
            return long.MaxValue;
        }
    }

    private async Task<bool> IsInSyncAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(() => TopicEnd.IsInSync(stack.Broker.BootstrapServers, stack.Broker.Replicas), cancellationToken);
        }
        catch (KafkaException)
        {
            return false;
        }
    }

    private async Task UntilAsync(Func<Task<bool>> isDoneAsync, Func<string> problem, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isDoneAsync())
        {
            if (Stopwatch.GetElapsedTime(started) > Deadline)
            {
                _problems.Add(problem());
                return;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }
}
