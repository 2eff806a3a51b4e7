using System.Collections.Concurrent;
using System.Diagnostics;
using Gateway.EndToEnd.Tests.Limits.Fleets;
using Gateway.EndToEnd.Tests.Limits.Plans;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Limits.Running;

/// <summary>One plan carried out on one organization, and what was wrong with what came out.</summary>
internal sealed class LimitedRun(Fleet fleet, RunPlan plan, LimitedCustomer customer, Disturbance disturbance)
{
    private const int DrainConcurrency = 16;

    // A unit that a gateway took ahead of time and did not spend is there again within 2 s; the rest is for the machine.
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan DrainPause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<int, int> _unexpected = new();
    private int _refused;
    private int _lost;

    public async Task<RunReport> RunAsync()
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var phase in plan.Phases)
        {
            await RunAsync(phase);
        }

        if (disturbance == Disturbance.None && plan.Exact is { } exact)
        {
            await DrainAsync(exact);
        }

        return Judge(Stopwatch.GetElapsedTime(started));
    }

    private async Task RunAsync(LoadPhase phase)
    {
        if (phase.Concurrency == 0)
        {
            await Task.Delay(phase.Duration);
            return;
        }

        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, phase.Concurrency).Select(worker => WorkAsync(phase, worker, started)));
    }

    private async Task WorkAsync(LoadPhase phase, int worker, long started)
    {
        // Not for secrets.
#pragma warning disable CA5394
        var random = new Random(HashCode.Combine(plan.Seed, worker));
        var interval = phase.RequestsPerSecond is { } rate ? TimeSpan.FromSeconds((double)phase.Concurrency / rate) : TimeSpan.Zero;
        var due = interval * random.NextDouble();
        while (due < phase.Duration)
        {
            var early = due - Stopwatch.GetElapsedTime(started);
            if (early > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(early);
            }

            await SendAsync(phase.Gateways[random.Next(phase.Gateways.Length)], random.Next(plan.Keys), random.Next(plan.Routes));
            var now = Stopwatch.GetElapsedTime(started);
            due = due + interval > now ? due + interval : now;
        }
#pragma warning restore CA5394
    }

    // Asks every gateway until all that the bucket holds has got out.
    private async Task DrainAsync(ExactLimit exact)
    {
        var (limit, key, route) = exact;
        var withoutProgress = AwakeTime.Start();
        var admitted = AdmittedBy(limit);
        for (var request = 0; admitted < limit.Burst && withoutProgress.Elapsed < DrainDeadline;)
        {
            var first = request;
            await Task.WhenAll(Enumerable.Range(first, DrainConcurrency).Select(number =>
                SendAsync(plan.Gateways[number % plan.Gateways.Length], key, route)));
            request += DrainConcurrency;
            var now = AdmittedBy(limit);
            if (now == admitted)
            {
                await Task.Delay(DrainPause);
            }
            else
            {
                (admitted, withoutProgress) = (now, AwakeTime.Start());
            }
        }
    }

    private async Task SendAsync(int gateway, int key, int route)
    {
        try
        {
            var answer = await fleet.SendAsync(gateway, customer.Keys[key], route);
            if (answer.IsRefused)
            {
                Interlocked.Increment(ref _refused);
            }
            else if (!answer.IsAdmitted)
            {
                _unexpected.AddOrUpdate(answer.Status, 1, static (_, count) => count + 1);
            }
        }
        catch (HttpRequestException)
        {
            Interlocked.Increment(ref _lost);

            // Nobody listens while a gateway is gone; asking without end only keeps it from coming back.
            await Task.Delay(DrainPause);
        }
    }

    private RunReport Judge(TimeSpan elapsed)
    {
        var violations = new List<string>();
        foreach (var limit in customer.Limits)
        {
            var (admitted, most) = (AdmittedBy(limit), limit.MostIn(elapsed));
            if (admitted > most)
            {
                violations.Add($"{limit}: {admitted} units admitted in {elapsed.TotalSeconds:0.000} s, at most {most} were allowed");
            }
        }

        if (disturbance == Disturbance.None && plan.Exact is { Limit: var exact } && AdmittedBy(exact) != exact.Burst)
        {
            violations.Add($"{exact}: {AdmittedBy(exact)} units admitted of the {exact.Burst} that were there");
        }

        if (_lost > 0 && disturbance != Disturbance.Kill)
        {
            violations.Add($"{_lost} requests without an answer");
        }

        // A gateway that has just started may say that it is not ready yet.
        foreach (var (status, count) in _unexpected.Where(pair => pair.Key != 503 || disturbance != Disturbance.Kill))
        {
            violations.Add($"{count} answers with status {status}");
        }

        return new RunReport(
            plan,
            [.. violations],
            customer.Keys.Sum(key => Enumerable.Range(0, FleetRoute.All.Length).Sum(route => fleet.Backend.CountOf(key.Id, route))),
            _refused,
            customer.Limits.Max(limit => (double)AdmittedBy(limit) / limit.MostIn(elapsed)));
    }

    private long AdmittedBy(LimitRow limit)
    {
        var admitted = 0L;
        for (var key = 0; key < customer.Keys.Length; key++)
        {
            for (var route = 0; route < FleetRoute.All.Length; route++)
            {
                admitted += limit.Covers(key, route) ? FleetRoute.All[route].Units * fleet.Backend.CountOf(customer.Keys[key].Id, route) : 0;
            }
        }

        return admitted;
    }
}
