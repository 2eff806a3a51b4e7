using System.Globalization;
using Gateway.EndToEnd.Tests.Limits.Fleets;
using Gateway.EndToEnd.Tests.Limits.Plans;

namespace Gateway.EndToEnd.Tests.Limits.Running;

/// <summary>
/// Many runs on one fleet, some at the same time. A failure names the seeds; <c>GATEWAY_LIMITS_SEED=…</c> carries out
/// that plan alone, as often as there would have been runs.
/// </summary>
internal sealed class Campaign(Fleet fleet, ITestOutputHelper output)
{
    private const string SeedVariable = "GATEWAY_LIMITS_SEED";
    private const int AtTheSameTime = 5;

    /// <summary>Carries out that many plans and fails if any of them finds anything.</summary>
    public async Task RunAsync(int runs, Disturbance disturbance)
    {
        var plans = CreatePlans(runs);
        var customers = await fleet.Customers.CreateAsync(Array.ConvertAll(plans, plan => (plan.Keys, plan.Limits)));
        var reports = new List<RunReport>();
        if (disturbance == Disturbance.None)
        {
            await Parallel.ForEachAsync(plans.Zip(customers), new ParallelOptions { MaxDegreeOfParallelism = AtTheSameTime }, async (pair, _) =>
            {
                var report = await new LimitedRun(fleet, pair.First, pair.Second, disturbance).RunAsync();
                lock (reports)
                {
                    reports.Add(report);
                }
            });
        }
        else
        {
            foreach (var round in plans.Zip(customers).Chunk(AtTheSameTime))
            {
                var disturbing = DisturbAsync(disturbance, round[0].First.Seed);
                reports.AddRange(await Task.WhenAll(round.Select(pair => new LimitedRun(fleet, pair.First, pair.Second, disturbance).RunAsync())));
                await disturbing;
            }
        }

        Judge(reports);
    }

    private RunPlan[] CreatePlans(int runs)
    {
        if (int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var seed))
        {
            return [.. Enumerable.Repeat(RunPlan.Create(seed, fleet.Gateways.Length), runs)];
        }

        // Not for secrets.
#pragma warning disable CA5394
        var first = Random.Shared.Next(int.MaxValue - runs);
#pragma warning restore CA5394
        return [.. Enumerable.Range(first, runs).Select(number => RunPlan.Create(number, fleet.Gateways.Length))];
    }

    private async Task DisturbAsync(Disturbance disturbance, int seed)
    {
        // Not for secrets.
#pragma warning disable CA5394
        var random = new Random(seed);
        var gateway = random.Next(fleet.Gateways.Length);
        await Task.Delay(random.Next(100, 700));
        if (disturbance == Disturbance.Kill)
        {
            await fleet.Gateways[gateway].KillAsync();
            await fleet.StartGatewayAsync(gateway);
            return;
        }

        fleet.Gateways[gateway].Freeze();
        try
        {
            await Task.Delay(random.Next(50, 1_000));
        }
        finally
        {
            fleet.Gateways[gateway].Thaw();
        }
#pragma warning restore CA5394
    }

    private void Judge(List<RunReport> reports)
    {
        var tight = reports.Where(report => report.IsTight).ToArray();
        output.WriteLine(
            $"{reports.Count} runs, {tight.Length} over their limits; {reports.Sum(report => report.Admitted)} requests admitted, "
            + $"{reports.Sum(report => report.Refused)} refused; of what the tightest limit allows got out: "
            + $"median {Use(tight, 0.5):P1}, one in ten below {Use(tight, 0.1):P1}");
        var failed = reports.Where(report => report.Violations.Length > 0).ToArray();
        Assert.True(
            failed.Length == 0,
            $"{failed.Length} of {reports.Count} runs failed.\n"
            + string.Join('\n', failed.Select(report => $"{report.Plan}\n    {string.Join("\n    ", report.Violations)}")));
        Assert.True(tight.Length * 3 >= reports.Count, $"only {tight.Length} of {reports.Count} runs had more load than their limits allow");
    }

    private static double Use(RunReport[] reports, double part) => reports.Length == 0
        ? double.NaN
        : reports.Select(report => report.Use).Order().ElementAt((int)(part * (reports.Length - 1)));
}
