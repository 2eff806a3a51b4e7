using Gateway.Chaos.Checking;
using Gateway.Chaos.Faults;
using Gateway.Chaos.Load;
using Gateway.Chaos.Plans;
using Gateway.Chaos.Reporting;
using Gateway.Chaos.Stack;
using Gateway.LocalStack.Output;

namespace Gateway.Chaos;

/// <summary>One campaign from an empty folder to a report.</summary>
internal sealed class Campaign(ChaosOptions options, string folder)
{
    public async Task<ChaosReport> RunAsync(CancellationToken cancellationToken)
    {
        var events = new Chronicle(Path.Combine(folder, "chaos.log"));
        events.Write($"starting in {folder}");
        await using var stack = await ChaosStack.StartAsync(options, folder, events, cancellationToken);
        var plan = FaultPlan.Create(options, stack.Possibilities);
        Screen.WriteLine($"Seed {options.Seed}: {plan.Count} faults in {options.Duration.TotalMinutes:0.##} minutes, {stack.Broker.Description}"
            + $"{(stack.Journals.IsDisk ? string.Empty : "; no disk of their own for the journals, so none gets full")}");
        foreach (var fault in plan)
        {
            Screen.WriteLine($"{fault}");
        }

        var began = TimeProvider.System.GetUtcNow();
        var load = new LoadClient(options.Seed, options.RequestsPerSecond, stack.ProxyPorts, stack.Customers.Keys);
        var faults = new FaultRunner(stack, events);
        await RunAsync(plan, load, faults, cancellationToken);
        events.Write("all faults are healed and the load has ended");

        await using var database = new UsageDatabase(stack.ConnectionString);
        var drain = new Drain(stack, database, events);
        var drained = await drain.RunAsync(cancellationToken);
        var losses = new Losses { FlippedBits = faults.FlippedBits, LostEvents = faults.LostEvents, MayBeUnmetered = options.GoOnWhenFull };
        var rows = await database.RowsAsync(cancellationToken);
        var judgement = Judge.Of(load.Requests, rows, stack.Customers.Organizations, losses);
        var reconciliation = await Reconciliation.RunAsync(stack.Environment, began);
        var unmetered = options.GoOnWhenFull ? UnmeteredLog.Read(folder) : null;
        var report = new ChaosReport
        {
            Seed = options.Seed,
            Minutes = options.Duration.TotalMinutes,
            Command = $"./dev chaos {string.Join(' ', options.ToArguments())}",
            Broker = stack.Broker.Description,
            Faults = faults.Done.CountBy(static fault => $"{fault.Kind}").OrderBy(static count => count.Key, StringComparer.Ordinal).ToDictionary(),
            Overlapping = faults.Overlapping,
            Requests = RequestOutcomes.Count(load.Requests),
            Skipped = load.Skipped,
            Judgement = judgement,
            Reconciliation = reconciliation,
            Holes = Holes.Of(reconciliation.Accounts, rows, losses, judgement.LostWithJournal),
            SaidUnmetered = unmetered?.Total,
            LedgerDifferences = await database.LedgerDifferencesAsync(cancellationToken),
            InvoiceDifferences = await database.InvoiceDifferencesAsync(cancellationToken),
            BillableUnits = await database.BillableUnitsAsync(cancellationToken),
            DuplicatesRefused = await database.DuplicatesAsync(cancellationToken),
            MessagesReplayed = faults.Replayed,
            BitsFlipped = faults.FlippedBits.Count,
            DeadLetters = await database.DeadLettersAsync(cancellationToken),
            DrainSeconds = drained.TotalSeconds,
            Problems =
            [
                .. faults.Problems,
                .. drain.Problems,
                .. unmetered?.Differences(reconciliation.Accounts) ?? [],
                .. stack.Gateways.Concat(stack.Processors).Where(static member => member.UnexpectedEnds > 0)
                    .Select(static member => $"{member.Name} ended by itself {member.UnexpectedEnds} times: see chaos.log"),
            ],
        };
        if (!report.Passed)
        {
            await stack.Journals.KeepAsync(Path.Combine(folder, "journals-kept"));
        }

        return report;
    }

    private async Task RunAsync(IReadOnlyList<PlannedFault> plan, LoadClient load, FaultRunner faults, CancellationToken cancellationToken)
    {
        using var loadEnds = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var loading = load.RunAsync(loadEnds.Token);
        var faulting = faults.RunAsync(plan, cancellationToken);
        try
        {
            // The load goes on until the last fault is healed, and as long as was asked for.
            var lasting = Task.Delay(options.Duration, cancellationToken);
            await await Task.WhenAny(faulting, lasting);
            await faulting;
            await lasting;
        }
        finally
        {
            // Whatever happens: nothing is frozen, or started again, once this is over.
            await faulting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await loadEnds.CancelAsync();
            await loading;
        }
    }
}
