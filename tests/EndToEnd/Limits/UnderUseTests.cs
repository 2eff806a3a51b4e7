using System.Diagnostics;
using Gateway.EndToEnd.Tests.Limits.Fleets;

namespace Gateway.EndToEnd.Tests.Limits;

[Collection(LimitsTestGroup.Name)]
public sealed class UnderUseTests(SharedFleet fleet, ITestOutputHelper output)
{
    private const int Gateways = 2;
    private const int Workers = 16;
    private const double LeastPart = 0.99;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(50)]
    [InlineData(300)]
    public async Task Of_a_limit_that_is_asked_for_twice_over_at_least_99_percent_get_out(int perSecond)
    {
        var gateways = await fleet.GetAsync();
        var limit = new LimitRow("minute", perSecond * 60, perSecond / 2);
        var customer = (await gateways.Customers.CreateAsync((1, [limit, new LimitRow("day", 1_000_000_000, 1_000_000_000)])))[0];

        // From the first decision to the last, at least: after the first answer, before the last requests were sent.
        var before = Stopwatch.GetTimestamp();
        await gateways.SendAsync(0, customer.Keys[0]);
        var started = Stopwatch.GetTimestamp();
        var lastSent = await Task.WhenAll(Enumerable.Range(0, Workers).Select(async worker =>
        {
            var interval = TimeSpan.FromSeconds((double)Workers / (2 * perSecond));
            var sent = TimeSpan.Zero;
            for (var due = interval * worker / Workers; due < Duration; due += interval)
            {
                var early = due - Stopwatch.GetElapsedTime(started);
                if (early > TimeSpan.FromMilliseconds(1))
                {
                    await Task.Delay(early);
                }

                sent = Stopwatch.GetElapsedTime(started);
                await gateways.SendAsync((int)(due / interval) % Gateways, customer.Keys[0]);
            }

            return sent;
        }));

        var admitted = gateways.Backend.CountOf(customer.Keys[0].Id, route: 0);
        var available = limit.Burst + (limit.RatePerSecond * lastSent.Max().TotalSeconds);
        output.WriteLine($"{limit}: {admitted} of {available:0.0} got out, {admitted / available:P2}");
        Assert.True(admitted <= limit.MostIn(Stopwatch.GetElapsedTime(before)), $"{limit}: {admitted} of {available:0.0} got out");
        Assert.True(admitted >= LeastPart * available, $"{limit}: {admitted} of {available:0.0} got out");
    }
}
