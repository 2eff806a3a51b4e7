using System.Diagnostics;
using Gateway.Chaos.Plans;
using Gateway.Chaos.Stack;
using Gateway.LocalStack.Processes;

namespace Gateway.Chaos.Faults;

/// <summary>Carries out a plan: each fault when it is due, beside the others, but those of one target one after another.</summary>
internal sealed class FaultRunner(ChaosStack stack, Chronicle events)
{
    private readonly Dictionary<string, SemaphoreSlim> _targets = [];
    private readonly List<FlippedBit> _flippedBits = [];
    private readonly List<LostEvent> _lostEvents = [];
    private readonly List<PlannedFault> _done = [];
    private readonly List<string> _problems = [];
    private int _underWay;
    private int _overlapping;
    private int _replayed;

    /// <summary>Those that were carried out and are healed.</summary>
    public IReadOnlyList<PlannedFault> Done => _done;

    public IReadOnlyList<FlippedBit> FlippedBits => _flippedBits;

    /// <summary>What was in journals that were deleted and may not have been published.</summary>
    public IReadOnlyList<LostEvent> LostEvents => _lostEvents;

    /// <summary>How many of them began while another was not healed yet.</summary>
    public int Overlapping => _overlapping;

    /// <summary>Faults that could not be carried out or healed.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Messages that were sent to the topic once more.</summary>
    public int Replayed => _replayed;

    /// <summary>Returns when the last is healed.</summary>
    public async Task RunAsync(IReadOnlyList<PlannedFault> plan, CancellationToken cancellationToken)
    {
        foreach (var target in plan.SelectMany(static fault => fault.Targets).Distinct())
        {
            _targets[target] = new SemaphoreSlim(1);
        }

        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(plan.Select(fault => RunAsync(fault, started, cancellationToken)));
    }

    private async Task RunAsync(PlannedFault fault, long started, CancellationToken cancellationToken)
    {
        var wait = fault.At - Stopwatch.GetElapsedTime(started);
        await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, cancellationToken);

        // In the same order always: the plan names them so.
        foreach (var target in fault.Targets)
        {
            await _targets[target].WaitAsync(cancellationToken);
        }

        if (Interlocked.Increment(ref _underWay) > 1)
        {
            Interlocked.Increment(ref _overlapping);
        }

        try
        {
            events.Write($"fault {fault.Number} begins: {fault.Kind} of {fault.Where} for {fault.Lasts.TotalSeconds:0.0} s");
            await CarryOutAsync(fault, cancellationToken);
            events.Write($"fault {fault.Number} is healed");
            lock (_done)
            {
                _done.Add(fault);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or System.ComponentModel.Win32Exception)
        {
            events.Write($"fault {fault.Number} failed: {exception.Message}");
            lock (_done)
            {
                _problems.Add($"{fault}: {exception.Message.Split('\n')[0]}");
            }
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
            foreach (var target in fault.Targets)
            {
                _targets[target].Release();
            }
        }
    }

    private Task CarryOutAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        var (gateway, processor, broker) = (stack.Gateways[fault.Target], stack.Processors[fault.Target], fault.Broker ?? 0);
        return fault.Kind switch
        {
            FaultKind.KillGateway => DownAsync(fault, gateway.KillAsync, gateway.StartAsync, cancellationToken),
            FaultKind.RestartGateway => DownAsync(fault, gateway.StopAsync, gateway.StartAsync, cancellationToken),
            FaultKind.FreezeGateway => FrozenAsync(fault, gateway.Freeze, gateway.Thaw, cancellationToken),
            FaultKind.KillProcessor => DownAsync(fault, processor.KillAsync, processor.StartAsync, cancellationToken),
            FaultKind.RestartProcessor => DownAsync(fault, processor.StopAsync, processor.StartAsync, cancellationToken),
            FaultKind.FreezeProcessor => FrozenAsync(fault, processor.Freeze, processor.Thaw, cancellationToken),
            FaultKind.KillBroker => DownAsync(fault, () => stack.Broker.KillAsync(broker), token => stack.Broker.StartAgainAsync(broker, token), cancellationToken),
            FaultKind.RestartBroker => DownAsync(fault, () => stack.Broker.StopAsync(broker), token => stack.Broker.StartAgainAsync(broker, token), cancellationToken),
            FaultKind.FreezeBroker => FrozenAsync(fault, () => stack.Broker.Freeze(broker), () => stack.Broker.Thaw(broker), cancellationToken),
            FaultKind.KillPostgres => DownAsync(fault, () => EndPostgresAsync(Signal.Quit), StartPostgresAsync, cancellationToken),
            FaultKind.RestartPostgres => DownAsync(fault, () => EndPostgresAsync(Signal.Interrupt), StartPostgresAsync, cancellationToken),
            FaultKind.FreezePostgres => FrozenAsync(fault, () => stack.Postgres.Process.Freeze(), () => stack.Postgres.Process.Thaw(), cancellationToken),
            FaultKind.KillRedis => DownAsync(fault, () => stack.Redis.Process.KillAsync(), StartRedisAsync, cancellationToken),
            FaultKind.FreezeRedis => FrozenAsync(fault, () => stack.Redis.Process.Freeze(), () => stack.Redis.Process.Thaw(), cancellationToken),
            FaultKind.FillDisk => FillDiskAsync(fault, cancellationToken),
            FaultKind.FlipBits => FlipBitsAsync(fault, cancellationToken),
            FaultKind.LoseJournal => LoseJournalAsync(fault, cancellationToken),
            FaultKind.ReplayMessages => ReplayAsync(fault, cancellationToken),
            _ => throw new InvalidOperationException($"{fault.Kind} is no fault"),
        };
    }

    private static async Task DownAsync(
        PlannedFault fault, Func<Task> endAsync, Func<CancellationToken, Task> startAsync, CancellationToken cancellationToken)
    {
        await endAsync();
        await Task.Delay(fault.Lasts, cancellationToken);
        await startAsync(cancellationToken);
    }

    private static async Task FrozenAsync(PlannedFault fault, Action freeze, Action thaw, CancellationToken cancellationToken)
    {
        freeze();
        try
        {
            await Task.Delay(fault.Lasts, cancellationToken);
        }
        finally
        {
            thaw();
        }
    }

    private async Task EndPostgresAsync(Signal signal)
    {
        stack.Postgres.Process.Send(signal);
        await stack.Postgres.Process.WaitForExitAsync(CancellationToken.None);
    }

    private async Task StartPostgresAsync(CancellationToken cancellationToken)
    {
        await stack.Postgres.DisposeAsync();
        await stack.Postgres.StartProcessAsync(cancellationToken);
    }

    private async Task StartRedisAsync(CancellationToken cancellationToken)
    {
        await stack.Redis.DisposeAsync();
        await stack.Redis.StartProcessAsync(cancellationToken);
    }

    private async Task FillDiskAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        until.CancelAfter(fault.Lasts);
        await Task.Run(() => stack.Journals.FillAsync(until.Token), CancellationToken.None);
    }

    // Nobody may adopt them before they are damaged, so no gateway lives meanwhile.
    private async Task FlipBitsAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        await Task.WhenAll(stack.Gateways.Select(static gateway => gateway.KillAsync()));
        var random = new Random(fault.Seed);
        var flips = stack.Journals.Directories().SelectMany(journal => JournalDamage.Flip(journal, random)).ToArray();
        foreach (var flip in flips)
        {
            events.Write($"flipped a bit of {flip.Source} {flip.Sequence} {flip.Path}{(flip.WasOnlyRecord ? ", its only record" : string.Empty)}");
        }

        lock (_flippedBits)
        {
            _flippedBits.AddRange(flips);
        }

        await Task.Delay(fault.Lasts, cancellationToken);
        await Task.WhenAll(stack.Gateways.Select(gateway => gateway.StartAsync(cancellationToken)));
    }

    // They share the volume, so none of them survives it.
    private async Task LoseJournalAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        await Task.WhenAll(stack.Gateways.Select(static gateway => gateway.KillAsync()));
        var lost = stack.Journals.Directories().SelectMany(JournalRecords.Unacknowledged).ToArray();
        stack.Journals.Lose();
        events.Write($"the journals are gone, and {lost.Length} events with them that may not have been published");
        lock (_lostEvents)
        {
            _lostEvents.AddRange(lost);
        }

        await Task.Delay(fault.Lasts, cancellationToken);
        await Task.WhenAll(stack.Gateways.Select(gateway => gateway.StartAsync(cancellationToken)));
    }

    private async Task ReplayAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        var replayed = await new TopicReplay(stack.Broker.BootstrapServers).RunAsync(new Random(fault.Seed), cancellationToken);
        events.Write($"{replayed} messages were sent once more");
        Interlocked.Add(ref _replayed, replayed);
    }
}
